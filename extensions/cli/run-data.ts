import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { must } from '../../core/errors.ts';
import type { TrainingData } from '../../core/trainer.ts';
import { prepare, type DataCatalogue, type RawData } from '../data/index.ts';
import type { RunFile } from './run-file.ts';

/** A path in a run file starts from the folder of the file where there is such a file, else from the current folder. */
function pathOf(name: string, folder: string, { named }: DataCatalogue): string {
  if (named.some((data) => data.name === name)) return name;
  const beside = join(folder, name);
  if (!existsSync(beside)) return name;
  const fromHere = relative('', beside);
  return fromHere === '' || fromHere.startsWith('..') ? beside : fromHere;
}

/** Opens and prepares the data of a run: the test data is treated like the training data. */
export async function readRunData({ run, folder }: RunFile, catalogue: DataCatalogue): Promise<TrainingData> {
  const { data, precision } = run;
  const { classes, limit, standardise } = data;
  const open = (name: string): Promise<RawData> =>
    catalogue.open(pathOf(name, folder, catalogue), data.label === undefined ? {} : { label: data.label });
  const options = { precision, ...(classes && { classes }) };
  const raw = await open(data.train);
  const fitted = prepare(raw, { ...options, standardise, ...(limit && { limit }) });
  const { preprocessing } = fitted;
  const train = { train: fitted.source, classes: fitted.classes, ...(preprocessing && { preprocessing }) };
  if (data.test === undefined) return train;
  const rawTest = await open(data.test);
  must(rawTest.cols === raw.cols, () => {
    return `${rawTest.name}: samples have ${rawTest.cols} features, but those to train on (${raw.name}) have ${raw.cols}.`;
  });
  const treated = { ...options, knownClasses: fitted.classes, ...(preprocessing && { preprocessing }) };
  return { ...train, test: prepare(rawTest, treated).source };
}
