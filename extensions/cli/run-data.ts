import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { DataSource } from '../../core/data-source.ts';
import { must } from '../../core/errors.ts';
import { random } from '../../core/random.ts';
import type { TrainingData } from '../../core/trainer.ts';
import { inSteps, prepare, prepareParts, type DataCatalogue, type PreparedData, type RawData } from '../data/index.ts';
import { allocateShared } from '../threads/index.ts';
import type { RunFile } from './run-file.ts';
import { readTextData } from './text-data.ts';

/** A path in a run file starts from the folder of the file where there is such a file, else from the current folder. */
export function pathOf(name: string, folder: string, { named }: DataCatalogue): string {
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

/** The same samples in another layout; of sequences of different lengths, with more steps. */
function inShape(raw: RawData, shape: readonly number[] | undefined): RawData {
  if (shape === undefined) return raw;
  if (raw.ragged === true && shape.length === raw.shape.length && shape.at(-1) === raw.shape.at(-1)) {
    return inSteps(raw, shape[0]!);
  }
  must(shape.reduce((size, extent) => size * extent, 1) === raw.cols, () => {
    return `${raw.name}: shape ${shape.join(' x ')} does not hold the ${raw.cols} features of a sample (${raw.shape.join(' x ')}).`;
  });
  return { ...raw, shape };
}

/** Sequences with as many steps as the longest of all has, where they differ. */
function inEqualSteps(raws: readonly RawData[]): readonly RawData[] {
  if (!raws.some(({ ragged }) => ragged === true)) return raws;
  const steps = Math.max(...raws.map(({ shape }) => shape[0]!));
  return raws.map((raw) => ({ ...inSteps(raw, steps), ragged: true as const }));
}

/**
 * Opens and prepares the data of a run. Validation and test data are treated like the training data; a share to validate
 * on is held out by the run's seed, and so the same however many workers there are.
 */
export async function readRunData({ run, folder }: RunFile, catalogue: DataCatalogue): Promise<TrainingData> {
  const { data, precision, seed } = run;
  const { classes: wanted, limit, standardise, validation } = data;
  if (data.text !== undefined) return readTextData(run, data.text, (name) => pathOf(name, folder, catalogue));
  const open = async (name: string): Promise<RawData> => {
    const label = data.label === undefined ? {} : { label: data.label };
    return inShape(await catalogue.open(pathOf(name, folder, catalogue), label), data.shape);
  };
  const names = [
    data.train,
    ...(typeof validation === 'string' ? [validation] : []),
    ...(data.test ? [data.test] : []),
  ];
  const raws: RawData[] = [];
  for (const name of names) raws.push(await open(name));
  const [raw, ...others] = inEqualSteps(raws) as [RawData, ...RawData[]];
  const options = { precision, allocate: allocateShared, ...(wanted && { classes: wanted }) };
  const fitting = { ...options, standardise, ...(limit && { limit }) };
  const parts: { train: PreparedData; heldOut?: PreparedData } =
    typeof validation === 'number'
      ? prepareParts(raw, validation, random(String(seed)).child('validation'), fitting)
      : { train: prepare(raw, fitting) };
  const { source: train, classes, preprocessing } = parts.train;
  const treated = { ...options, knownClasses: classes, ...(preprocessing && { preprocessing }) };
  const other = (opened: RawData): DataSource => {
    mustHaveFeatures(opened, raw);
    return prepare(opened, treated).source;
  };
  const test = data.test === undefined ? undefined : other(others.pop()!);
  const heldOut = typeof validation === 'string' ? other(others.pop()!) : parts.heldOut?.source;
  return {
    train,
    ...(heldOut && { validation: heldOut }),
    ...(test && { test }),
    classes,
    ...(preprocessing && { preprocessing }),
  };
}
