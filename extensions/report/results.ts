import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../core/errors.ts';
import type { Figure } from './figure.ts';
import { measure, type Measurement } from './measurement.ts';
import { isComplete, parseRunLog, type Factor, type RunLog } from './run-log.ts';

/** A variant as a report knows it. */
export interface VariantOutline {
  /** Its name. */
  readonly name: string;
  /** What it is told apart by. */
  readonly factors: Readonly<Record<string, Factor>>;
  /** Why it was left out, where it was. */
  readonly absent?: string;
}

/** What a report needs to know of an experiment besides its runs: `experiment.json`. */
export interface Outline {
  /** Name of the experiment. */
  readonly name: string;
  /** One line: what is compared. */
  readonly title: string;
  /** What it asks, and what to know about its data. */
  readonly about?: string;
  /** What the data stands in for. */
  readonly substitute?: string;
  /** In the order of the experiment. */
  readonly variants: readonly VariantOutline[];
  /** By name. */
  readonly measurements: Readonly<Record<string, Measurement>>;
  /** By name, which is that of their files. */
  readonly figures: Readonly<Record<string, Figure>>;
  /** The command that made the results. */
  readonly command: string;
}

/** A run with its measurements. */
export interface MeasuredRun {
  /** Its file. */
  readonly log: RunLog;
  /** By name; `undefined` where there is none. */
  readonly values: Readonly<Record<string, number | undefined>>;
}

/** Everything that a folder of results holds. */
export interface Results {
  /** What the experiment is. */
  readonly outline: Outline;
  /** Runs of its variants, in their order, by seed. */
  readonly runs: readonly MeasuredRun[];
}

/** File of the outline. */
export const outlineFile = 'experiment.json';

/** Folder of the runs, a folder per variant. */
export const runsFolder = 'runs';

/** A name as a file can have it; distinct names of one experiment stay distinct. */
export const fileName = (name: string): string =>
  name.replace(/[^\p{L}\p{N}._=+-]+/gu, '-').replace(/^-+|-+$/g, '') || 'unnamed';

/** Folder of a variant's runs. */
export const variantFolder = (folder: string, variant: string): string => join(folder, runsFolder, fileName(variant));

/** Reads a run's file; `undefined` where there is none, or none that begins as one. */
export function readRun(path: string): RunLog | undefined {
  try {
    return parseRunLog(readFileSync(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new UserError(`${path}: cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}).`);
  }
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readOutline(folder: string): Outline {
  const path = join(folder, outlineFile);
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Outline;
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const remedy = 'give the --out folder of `nograd experiment`.';
    throw new UserError(missing ? `${folder}: there is no ${outlineFile}: ${remedy}` : `${path}: not whole: ${remedy}`);
  }
}

const collator = new Intl.Collator('en', { numeric: true });

/**
 * Reads a folder of results: the complete runs of its variants.
 *
 * @throws UserError where the folder is none of an experiment.
 */
export function readResults(folder: string): Results {
  const outline = readOutline(folder);
  const runs = outline.variants.flatMap(({ name }) => {
    const own = variantFolder(folder, name);
    const files = filesIn(own).filter((file) => file.endsWith('.jsonl'));
    const logs = files.sort((a, b) => collator.compare(a, b)).flatMap((file) => readRun(join(own, file)) ?? []);
    return logs.filter((log) => log.header.variant === name && isComplete(log));
  });
  return { outline, runs: runs.map((log) => ({ log, values: valuesOf(log, outline) })) };
}

const valuesOf = (log: RunLog, { measurements }: Outline): MeasuredRun['values'] =>
  Object.fromEntries(Object.entries(measurements).map(([name, measurement]) => [name, measure(log, measurement)]));
