import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { must, unknownName } from '../../../core/errors.ts';
import {
  outlineFile,
  runsFolder,
  variantFolder,
  type Outline,
  type VariantOutline,
  writeReport,
  type Written,
} from '../../report/index.ts';
import { compose } from '../composition.ts';
import type { Io } from '../io.ts';
import { loadPlugin } from '../plugins.ts';
import { writeWhole } from '../write-whole.ts';
import type { ExperimentDefinition, Variant } from './define.ts';
import { ExperimentDataReader, withOwnData } from './experiment-data.ts';
import { ExperimentProgress } from './experiment-progress.ts';
import type { NamedExperiment } from './load-experiment.ts';
import { finishedRun, performRun, type Performer } from './perform-run.ts';
import { planRun, type PlanContext } from './planned-run.ts';
import { searched, searchFolder, trialsOf, type Trial } from './search.ts';

/** What the command line says of an experiment. */
export interface ExperimentOptions {
  /** Folder of the results. */
  readonly out: string;
  /** Folders in which data files are looked for. */
  readonly data: readonly string[];
  /** Seeds 1 to so many. Default: as the experiment says. */
  readonly seeds?: number;
  /** Run these variants alone. Default: all. */
  readonly only?: readonly string[];
  /** Settings replaced in every variant: `scheme.gamma=5`. */
  readonly set: readonly string[];
  /** Remove earlier results first. */
  readonly fresh: boolean;
  /** The command that repeats it, for the report. */
  readonly command: string;
}

/** How an experiment ended. */
export interface ExperimentEnd {
  /** What was written, where there was anything to report. */
  readonly written?: Written;
  /** Whether it was ended before it was done. */
  readonly interrupted: boolean;
  /** Runs that failed numerically. */
  readonly failed: number;
}

/** A run to make. */
interface Step {
  readonly variant: string;
  readonly seed: number;
  readonly path: string;
}

/** Everything about an experiment that is known before its first run. */
interface Prepared {
  readonly context: PlanContext;
  readonly steps: readonly Step[];
  readonly trials: ReadonlyMap<string, readonly Trial[]>;
  readonly performer: Omit<Performer, 'signal' | 'onRecord'>;
  readonly outline: Outline;
}

const finder =
  (folders: readonly string[]) =>
  (name: string): string | undefined =>
    folders.map((folder) => join(folder, name)).find((path) => existsSync(path));

const outlineOf = ([name, { factors = {}, program }]: readonly [string, Variant]): VariantOutline => {
  const absent = program?.absent?.();
  return { name, factors, ...(absent !== undefined && { absent }) };
};

function wantedVariants({ variants }: ExperimentDefinition, only: readonly string[] | undefined): string[] {
  const known = Object.keys(variants);
  const stranger = only?.find((name) => !known.includes(name));
  must(stranger === undefined, () => unknownName('variant', stranger!, known));
  return known.filter((name) => only?.includes(name) ?? true);
}

async function prepare({ name, define }: NamedExperiment, options: ExperimentOptions): Promise<Prepared> {
  const definition = define({ file: finder(options.data) });
  const wanted = wantedVariants(definition, options.only);
  const { plugins = [], title, about, data, variants, measurements, figures } = definition;
  const composition = compose(await Promise.all(plugins.map((url) => loadPlugin(url, '.'))));
  const context = { name, definition, assignments: options.set, catalogue: composition.catalogue };
  const outlines = Object.entries(variants).map(outlineOf);
  const there = wanted.filter((variant) => outlines.find((outline) => outline.name === variant)!.absent === undefined);
  const seeds = Array.from({ length: options.seeds ?? definition.seeds ?? 3 }, (_, index) => index + 1);
  const steps = seeds.flatMap((seed) =>
    there.map((variant): Step => {
      return { variant, seed, path: join(variantFolder(options.out, variant), `seed-${seed}.jsonl`) };
    }),
  );
  const trials = there.flatMap((variant): [string, Trial[]][] => {
    const { search } = variants[variant]!;
    planRun(context, variant, { seed: 1 });
    return search === undefined ? [] : [[variant, trialsOf(context, variant, search, options.out)]];
  });
  const { substitute } = data;
  return {
    context,
    steps,
    trials: new Map(trials),
    performer: {
      trainer: composition.trainer,
      data: new ExperimentDataReader(withOwnData(composition.data, definition)),
    },
    outline: {
      name,
      title,
      ...(about !== undefined && { about }),
      ...(substitute !== undefined && { substitute }),
      variants: outlines,
      measurements,
      figures,
      command: options.command,
    },
  };
}

/** Makes the runs that are not there yet, a seed of all variants before the next; gives how many failed. */
async function perform(prepared: Prepared, performer: Performer, progress: ExperimentProgress): Promise<number> {
  const { context, steps, trials, outline } = prepared;
  const chosenBy = new Map<string, Trial['chosen']>();
  let failed = 0;
  for (const { variant, seed, path } of steps) {
    const own = trials.get(variant);
    if (own !== undefined && !chosenBy.has(variant)) {
      progress.begin(`${variant}: search, ${own.length} trials`);
      const found = await searched(context, variant, own, performer);
      if (found === undefined) return failed;
      chosenBy.set(variant, found);
      progress.note(`${variant}: the search chose ${JSON.stringify(found).replace(/[{}"]/g, '')}`);
    }
    const chosen = chosenBy.get(variant);
    const run = planRun(context, variant, { seed, ...(chosen && { chosen }) });
    const { factors = {} } = context.definition.variants[variant]!;
    const { substitute } = outline;
    const named = { experiment: context.name, variant, factors, ...(substitute !== undefined && { substitute }) };
    const known = finishedRun(path, run);
    if (known !== undefined) {
      progress.skip();
      continue;
    }
    progress.begin(`${variant}, seed ${seed}`);
    const log = await performRun(run, { ...named, path, ...(chosen && { chosen }) }, performer);
    progress.end(log);
    if (performer.signal.aborted) return failed;
    if (log.ending?.outcome !== 'finished') failed++;
  }
  return failed;
}

/**
 * Runs an experiment: every variant with every seed that has no complete file of the same configuration yet. Writes a
 * file per run, and then the report.
 *
 * @throws UserError for whatever is wrong with the experiment, before its first run.
 */
export async function runExperiment(
  given: NamedExperiment,
  options: ExperimentOptions,
  io: Io,
): Promise<ExperimentEnd> {
  const prepared = await prepare(given, options);
  const { outline, steps } = prepared;
  const earlier = options.fresh ? [runsFolder, searchFolder] : [];
  for (const part of earlier) rmSync(join(options.out, part), { recursive: true, force: true });
  const progress = new ExperimentProgress(
    io,
    steps.map(({ variant }) => variant),
  );
  progress.note(`${given.name}: ${outline.title}; ${steps.length} runs; results in ${options.out}`);
  if (outline.substitute !== undefined) progress.note(`the data is a substitute: ${outline.substitute}`);
  for (const { name, absent } of outline.variants) {
    if (absent !== undefined) progress.note(`${name} is left out: ${absent}`);
  }
  mkdirSync(options.out, { recursive: true });
  await writeWhole(join(options.out, outlineFile), `${JSON.stringify(outline, null, 2)}\n`);
  const signal = io.interruption();
  const onRecord = progress.record.bind(progress);
  const failed = await perform(prepared, { ...prepared.performer, signal, onRecord }, progress);
  const interrupted = signal.aborted;
  if (interrupted) progress.note('interrupted: the same command goes on from here.');
  const written = await writeReport(options.out);
  for (const note of written?.notes ?? []) progress.note(note);
  return { ...(written && { written }), interrupted, failed };
}
