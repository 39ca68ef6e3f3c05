import { basename } from 'node:path';
import type { Catalogue } from '../../../core/container.ts';
import { checkNames } from '../check-names.ts';
import { checkPlaced } from '../check-placed.ts';
import { override } from '../overrides.ts';
import { runSchema, type RunFile } from '../run-file.ts';
import type { YamlText } from '../yaml-text.ts';
import type { DataGiven, ExperimentData, ExperimentDefinition, Program, RunSettings, Variant } from './define.ts';

/** A run of a variant, checked. */
export interface PlannedRun {
  /** The run as a run file would have it; data of the experiment's own goes by its name. */
  readonly file: RunFile;
  /** Options of the variant's program. */
  readonly options: Readonly<Record<string, unknown>>;
  /** What trains instead of a scheme. */
  readonly program: Program | undefined;
  /** What makes this run what it is, as plain data. */
  readonly configuration: unknown;
}

/** What is the same for all runs of an experiment. */
export interface PlanContext {
  /** Name of the experiment, for messages. */
  readonly name: string;
  /** What it is. */
  readonly definition: ExperimentDefinition;
  /** What `--set` says. */
  readonly assignments: readonly string[];
  /** What can be named. */
  readonly catalogue: Catalogue;
}

/** What a run differs by from its variant. */
export interface RunChanges {
  /** Its seed. */
  readonly seed: number | string;
  /** Settings replaced after all others, by path. */
  readonly chosen?: Readonly<Record<string, unknown>>;
  /** Changes to the data: without test data, a search cannot look at it. */
  readonly data?: (data: ExperimentData) => ExperimentData;
  /** Stopping rule in place of the variant's own. */
  readonly stop?: RunSettings['stop'];
  /** Threads in place of the variant's own. */
  readonly workers?: number;
}

const nameOf = (given: DataGiven): string => (typeof given === 'string' ? given : given.name);

/** The data of a run, by names alone. */
function namedData({ train, validation, test, substitute: _, ...rest }: ExperimentData): Record<string, unknown> {
  return {
    ...rest,
    train: nameOf(train),
    ...(validation !== undefined && { validation: typeof validation === 'number' ? validation : nameOf(validation) }),
    ...(test !== undefined && { test: nameOf(test) }),
  };
}

/** The data of a variant. */
export const dataOf = ({ data, base }: ExperimentDefinition, variant: Variant): ExperimentData => ({
  ...data,
  ...base?.data,
  ...variant.data,
});

/** Settings of a variant over those that all share: data, network and stopping rule key by key. */
function settingsOf(definition: ExperimentDefinition, variant: Variant, changes: RunChanges): unknown {
  const { seed, data, stop, workers } = changes;
  const { factors: _, search: __, program: ___, options, ...own } = variant;
  const { base = {}, plugins = [] } = definition;
  const given = dataOf(definition, variant);
  return {
    workers: 1,
    ...base,
    ...own,
    ...(workers && { workers }),
    network: { ...base.network, ...own.network },
    stop: stop ?? { ...base.stop, ...own.stop },
    data: namedData(data?.(given) ?? given),
    plugins,
    seed,
    ...(options && { options }),
  };
}

const assignment = ([path, value]: readonly [string, unknown]): string => `${path}=${JSON.stringify(value)}`;

/**
 * Checks a run of a variant: its settings, what `--set` says, and then what a search has chosen.
 *
 * @throws UserError that names the experiment and the variant.
 */
export function planRun(context: PlanContext, name: string, changes: RunChanges): PlannedRun {
  const { definition, assignments, catalogue } = context;
  const variant = definition.variants[name]!;
  const where = `experiment "${context.name}", variant "${name}"`;
  const given: YamlText = { value: settingsOf(definition, variant, changes), place: () => where };
  const all = [...assignments, ...Object.entries(changes.chosen ?? {}).map(assignment)];
  const { value, place } = override(given, all);
  const { options = {}, ...settings } = value as { readonly options?: PlannedRun['options'] };
  const run = checkPlaced('run', runSchema, { value: settings, place });
  const file: RunFile = { path: where, folder: '.', run, place };
  const { program } = variant;
  if (program === undefined) checkNames(file, catalogue);
  const { scheme, plugins, ...rest } = run;
  const trainer = program === undefined ? { scheme } : { program: program.name, options };
  const loaded = plugins.map((url) => basename(url));
  return { file, options, program, configuration: { ...rest, ...trainer, plugins: loaded } };
}
