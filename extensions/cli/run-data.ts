import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { DataSource } from '../../core/data-source.ts';
import { must } from '../../core/errors.ts';
import { random } from '../../core/random.ts';
import type { TrainingData } from '../../core/trainer.ts';
import { prepare, prepareParts, type DataCatalogue, type PreparedData, type RawData } from '../data/index.ts';
import type { RunFile } from './run-file.ts';

/** A path in a run file starts from the folder of the file where there is such a file, else from the current folder. */
function pathOf(name: string, folder: string, { named }: DataCatalogue): string {
  if (named.some((data) => data.name === name)) return name;
  const beside = join(folder, name);
  if (!existsSync(beside)) return name;
  const fromHere = relative('', beside);
  return fromHere === '' || fromHere.startsWith('..') ? beside : fromHere;
}

/** Samples to score must have the features of those to train on. */
function mustHaveFeatures(raw: RawData, train: RawData): void {
  must(raw.cols === train.cols, () => {
    return `${raw.name}: samples have ${raw.cols} features, but those to train on (${train.name}) have ${train.cols}.`;
  });
}

/** The same samples in another layout. */
function inShape(raw: RawData, shape: readonly number[] | undefined): RawData {
  if (shape === undefined) return raw;
  must(shape.reduce((size, extent) => size * extent, 1) === raw.cols, () => {
    return `${raw.name}: shape ${shape.join(' x ')} does not hold the ${raw.cols} features of a sample (${raw.shape.join(' x ')}).`;
  });
  return { ...raw, shape };
}

/**
 * Opens and prepares the data of a run. Validation and test data are treated like the training data; a share to validate
 * on is held out by the run's seed, and so the same however many workers there are.
 */
export async function readRunData({ run, folder }: RunFile, catalogue: DataCatalogue): Promise<TrainingData> {
  const { data, precision, seed } = run;
  const { classes: wanted, limit, standardise, validation } = data;
  const open = async (name: string): Promise<RawData> => {
    const label = data.label === undefined ? {} : { label: data.label };
    return inShape(await catalogue.open(pathOf(name, folder, catalogue), label), data.shape);
  };
  const raw = await open(data.train);
  const options = { precision, ...(wanted && { classes: wanted }) };
  const fitting = { ...options, standardise, ...(limit && { limit }) };
  const parts: { train: PreparedData; heldOut?: PreparedData } =
    typeof validation === 'number'
      ? prepareParts(raw, validation, random(String(seed)).child('validation'), fitting)
      : { train: prepare(raw, fitting) };
  const { source: train, classes, preprocessing } = parts.train;
  const treated = { ...options, knownClasses: classes, ...(preprocessing && { preprocessing }) };
  const other = async (name: string): Promise<DataSource> => {
    const opened = await open(name);
    mustHaveFeatures(opened, raw);
    return prepare(opened, treated).source;
  };
  const heldOut = typeof validation === 'string' ? await other(validation) : parts.heldOut?.source;
  const test = data.test === undefined ? undefined : await other(data.test);
  return {
    train,
    ...(heldOut && { validation: heldOut }),
    ...(test && { test }),
    classes,
    ...(preprocessing && { preprocessing }),
  };
}
