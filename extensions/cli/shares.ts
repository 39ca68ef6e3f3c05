import { stat } from 'node:fs/promises';
import type { DataOutline, SourceOutline } from '../../core/trainer.ts';
import { must } from '../../core/errors.ts';
import type { DataCatalogue, RowFile, ShareRequest } from '../data/index.ts';
import { pathOf } from './run-data.ts';
import type { RunConfiguration, RunFile } from './run-file.ts';

/** Files from this size on are read in shares: smaller ones are read faster than threads start. */
const largeFile = 64 * 2 ** 20;

/** A compressed file is some times longer when it is read. */
const largeCompressed = largeFile / 4;

/** Data of which every rank reads its share, with what its first rows tell. */
export interface ShareSurvey {
  /** What every rank is to read; where the samples are kept is decided later. */
  readonly request: Omit<ShareRequest, 'resident'>;
  /** What is known of the data: numbers of samples are estimates, and so are targets where no classes are named. */
  readonly outline: DataOutline;
}

/** Whether the training data is to be read in shares, as the run file says or by its size. */
async function isSharded({ run, folder }: RunFile, catalogue: DataCatalogue): Promise<boolean> {
  const { train, sharded, resident } = run.data;
  if (sharded !== 'auto') return sharded;
  if (resident === false) return true;
  if (catalogue.named.some(({ name }) => name === train)) return false;
  const path = pathOf(train, folder, catalogue);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return false;
  return found.isDirectory() || found.size >= (path.toLowerCase().endsWith('.gz') ? largeCompressed : largeFile);
}

/** What is known of a file from its first rows. */
function outlineOf({ name, estimatedRows, shape: own, cols }: RowFile, { data }: RunConfiguration): SourceOutline {
  const { shape = own, classes } = data;
  must(shape.reduce((size, extent) => size * extent, 1) === cols, () => {
    return `${name}: shape ${shape.join(' x ')} does not hold the ${cols} features of a sample.`;
  });
  return {
    name,
    samples: estimatedRows,
    shape,
    targets: classes === undefined || classes.length === 2 ? 1 : classes.length,
  };
}

const partOf = (source: SourceOutline, share: number, limit = Infinity): SourceOutline => ({
  ...source,
  samples: Math.max(1, Math.round(share * Math.min(limit, source.samples))),
});

/** Looks at the first rows of data that is to be read in shares; undefined for data that is read as a whole. */
export async function surveyShares(file: RunFile, catalogue: DataCatalogue): Promise<ShareSurvey | undefined> {
  if (!(await isSharded(file, catalogue))) return undefined;
  const { run, folder } = file;
  const { train, test, validation, classes, label, limit, standardise, shape } = run.data;
  const resolve = (name: string): string => pathOf(name, folder, catalogue);
  const look = async (name: string): Promise<SourceOutline> => {
    const options = { ...(label !== undefined && { label }), estimate: true };
    return outlineOf(await catalogue.openRows(resolve(name), options), run);
  };
  const all = await look(train);
  const share = typeof validation === 'number' ? validation : 0;
  const choosing = typeof validation === 'string' ? await look(validation) : share > 0 && partOf(all, share, limit);
  const testing = test !== undefined && (await look(test));
  const { precision, seed } = run;
  const names = {
    train: resolve(train),
    validation: typeof validation === 'string' ? resolve(validation) : validation,
    test: test === undefined ? undefined : resolve(test),
  };
  return {
    request: { ...names, label, classes, limit, shape, standardise, precision, seed },
    outline: {
      train: partOf(all, 1 - share, limit),
      ...(choosing && { validation: choosing }),
      ...(testing && { test: testing }),
      classes: classes ?? [],
    },
  };
}
