import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { must, UserError } from '../../core/errors.ts';
import type { Standardising } from '../../core/preprocessing.ts';
import { trainingSchema, type TrainingConfiguration } from '../../core/run-configuration.ts';
import type { Label } from '../../core/targets.ts';
import { mustBeFile } from '../data/file.ts';
import type { TextOptions } from '../data/index.ts';
import { checkPlaced } from './check-placed.ts';
import { override } from './overrides.ts';
import { parseYaml, type Place } from './yaml-text.ts';

/** A switch that decides by itself unless it is set. */
const auto = (type: z.ZodBoolean) => z.union([z.literal('auto'), type], { error: 'must be auto, true or false' });

/** The `data:` of a run file. */
const dataSchema = z.strictObject({
  train: z.string().min(1).describe('Data to train on: a known name (see `nograd list data`) or the path of a file.'),
  validation: z
    .union([z.number().gt(0).lt(1), z.string().min(1)])
    .optional()
    .describe(
      'Data to choose by, scored after every sweep: a share of the training samples to hold out, e.g. 0.1, or a known name or the path of a file.',
    ),
  test: z.string().min(1).optional().describe('Data to test on after every sweep: a known name or the path of a file.'),
  label: z
    .string()
    .min(1)
    .optional()
    .describe('Which column of a table holds the label: first, last, or its name. Default: last.'),
  standardise: z
    .union([z.boolean(), z.literal('symlog')], { error: 'must be true, false or symlog' })
    .default(true)
    .describe(
      'Give every feature mean 0 and standard deviation 1 over the training samples? symlog: and then sign(x) log(1 + |x|), for long tails.',
    ),
  classes: z
    .array(z.union([z.int(), z.string()]))
    .min(2)
    .optional()
    .describe('Keep the samples with these labels only. Of two, the second is y = 1. Default: all.'),
  shape: z
    .array(z.int().positive())
    .min(1)
    .optional()
    .describe('Layout of a sample, e.g. [28, 28] for 28 steps of 28 features. Default: that of the data.'),
  text: z
    .strictObject({
      steps: z.int().positive().describe('Characters of a sequence.'),
      stride: z.int().positive().optional().describe('Characters from one sequence to the next. Default: steps.'),
      predict: z
        .enum(['every', 'last'])
        .default('every')
        .describe('Ask for the next character at every step, or the last?'),
    })
    .optional()
    .describe('The files are texts: learn to tell the next character from the ones before.'),
  limit: z.int().positive().optional().describe('Train on so many samples at most, the first ones. Default: all.'),
  sharded: auto(z.boolean())
    .default('auto')
    .describe('Let every rank read its share of the files alone. auto: where the training file is large, or a folder.'),
  resident: auto(z.boolean())
    .default('auto')
    .describe(
      'Keep the samples in memory, or read them from disk in every pass (schemes that keep nothing per sample). auto: in memory where they fit.',
    ),
});

const checkpointSchema = z
  .union([
    z.literal(false),
    z.strictObject({
      sweeps: z.int().positive().optional().describe('After so many sweeps, each time.'),
      minutes: z.number().positive().optional().describe('After so many minutes, each time, at the end of the sweep.'),
      keep: z.int().min(2).default(2).describe('How many to keep, the last ones.'),
    }),
  ])
  .optional()
  .describe(
    'When to keep what it takes to go on by `--resume`, in the folder of `--out`; false for never. Default: every 10 minutes, and when the run is interrupted.',
  );

/** A run file: what core trains by, the data, and what is loaded beforehand. */
export const runSchema = trainingSchema.extend({
  data: dataSchema.describe('What to train and test on.'),
  workers: z
    .union([z.literal('auto'), z.int().positive()], { error: 'must be auto or a whole number, at least 1' })
    .default('auto')
    .describe('Threads that share the samples; auto for what the machine has.'),
  checkpoint: checkpointSchema,
  plugins: z
    .array(z.string().min(1))
    .default([])
    .describe('Modules to load: paths from the folder of this file, package names, or URLs.'),
});

/** What a run trains and tests on. */
export interface DataConfiguration {
  /** Known name, or path of a file. */
  readonly train: string;
  /** Share of the training samples to hold out and choose by, or a known name or path of a file. */
  readonly validation?: number | string | undefined;
  /** Known name, or path of a file, to test on after every sweep. */
  readonly test?: string | undefined;
  /** Column of the label in tables: `first`, `last` or its name. Default: `last`. */
  readonly label?: string | undefined;
  /** Give every feature mean 0 and standard deviation 1 over the training samples, and compress its tails? */
  readonly standardise: Standardising;
  /** Labels of the samples to keep; of two, the second is $y = 1$. Default: all. */
  readonly classes?: readonly Label[] | undefined;
  /** Layout of one sample's features; of a sequence, steps come first. Default: that of the data. */
  readonly shape?: readonly number[] | undefined;
  /** How texts are cut into sequences. Default: the files are tables and the like. */
  readonly text?: Omit<TextOptions, 'limit'> | undefined;
  /** Samples to train on at most, the first ones. Default: all. */
  readonly limit?: number | undefined;
  /** Let every rank read its share of the files alone? `auto`: where the training file is large, or a folder. */
  readonly sharded: 'auto' | boolean;
  /** Keep the samples in memory? `auto`: where they fit, or the scheme needs them there. */
  readonly resident: 'auto' | boolean;
}

/** When a run keeps what it takes to go on. */
export interface CheckpointConfiguration {
  /** After so many sweeps, each time. */
  readonly sweeps?: number | undefined;
  /** After so many minutes, each time, at the end of the sweep. */
  readonly minutes?: number | undefined;
  /** How many to keep, the last ones. */
  readonly keep: number;
}

/** A checked run, as plain data. */
export interface RunConfiguration extends TrainingConfiguration {
  /** What to train and test on. */
  readonly data: DataConfiguration;
  /** Threads that share the samples. */
  readonly workers: 'auto' | number;
  /** When to keep what it takes to go on; `false` for never. Default: every 10 minutes, and when interrupted. */
  readonly checkpoint?: false | CheckpointConfiguration | undefined;
  /** Modules to load: paths from the folder of the run file, package names, or URLs. */
  readonly plugins: readonly string[];
}

/** What a worker or another rank trains by. */
export const trainingOf = ({
  data: _,
  workers: __,
  plugins: ___,
  checkpoint: ____,
  ...training
}: RunConfiguration): TrainingConfiguration => training;

/** A checked run with the file that it came from. */
export interface RunFile {
  /** As it was given. */
  readonly path: string;
  /** The folder that relative paths in the file start from. */
  readonly folder: string;
  /** What the file and `--set` say, with defaults filled in. */
  readonly run: RunConfiguration;
  /** Says where a value was written. */
  readonly place: Place;
}

async function readText(path: string): Promise<string> {
  await mustBeFile(path);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new UserError(`${path}: cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}).`);
  });
  must(text.trim() !== '', () => `${path}: the run file is empty; it needs at least \`data\` and \`network\`.`);
  return text;
}

/**
 * Reads and checks a run file.
 *
 * @param assignments - What `--set` says, e.g. `scheme.gamma=5`.
 * @throws UserError for a file that is missing or empty, or whatever is wrong inside, with line and column.
 */
export async function readRunFile(path: string, assignments: readonly string[] = []): Promise<RunFile> {
  const text = override(parseYaml(path, await readText(path)), assignments);
  const run = checkPlaced('run', runSchema, text);
  return { path, folder: dirname(path), run, place: text.place };
}
