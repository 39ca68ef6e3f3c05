import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { must, unknownName, UserError } from '../../core/errors.ts';
import { token } from '../../core/token.ts';
import { cifarFormat } from './cifar.ts';
import { csvFormat } from './csv.ts';
import type { DataFormat } from './data-format.ts';
import { fashionMnist, fashionMnistTest } from './fashion-mnist.ts';
import { mustBeFile } from './file.ts';
import { idxFormat } from './idx.ts';
import { mnist, mnistTest } from './mnist.ts';
import type { NamedData } from './named-data.ts';
import { matFormat } from './mat.ts';
import { npyFormat } from './npy.ts';
import { tsFormat } from './ts.ts';
import { npzFormat } from './npz.ts';
import { parquetFormat } from './parquet.ts';
import type { RawData, ReadOptions } from './raw-data.ts';
import { joinRows } from './rows/folder-rows.ts';
import type { OpenRowsOptions, RowFile } from './rows/row-file.ts';
import { wholeRows } from './rows/whole-rows.ts';
import { svmlightFormat } from './svmlight.ts';

/** All data that can be opened: by name, and by file format. */
export interface DataCatalogue {
  /** What is known by name. */
  readonly named: readonly NamedData[];
  /** What can be read from files. */
  readonly formats: readonly DataFormat[];
  /**
   * Opens data by a known name, else by a path whose ending tells the format.
   *
   * @throws UserError for an unknown name (with the nearest), a missing or unreadable file, an unknown ending, and whatever
   * is wrong inside the file.
   */
  open(nameOrPath: string, options?: ReadOptions): Promise<RawData>;
  /**
   * Opens data for reading in parts: a file, a folder of files of one format, in the order of their names, or a known name.
   *
   * @throws UserError as {@link DataCatalogue.open} does, for whatever the first rows show.
   */
  openRows(nameOrPath: string, options?: OpenRowsOptions): Promise<RowFile>;
}

/** Container identifier of the one in use. */
export const DataCatalogue = token<DataCatalogue>('DataCatalogue');

/** Names that come with the package. */
export const builtInData: readonly NamedData[] = [mnist, mnistTest, fashionMnist, fashionMnistTest];

/** Formats that come with the package. */
export const builtInFormats: readonly DataFormat[] = [
  idxFormat,
  csvFormat,
  npyFormat,
  npzFormat,
  parquetFormat,
  svmlightFormat,
  matFormat,
  cifarFormat,
  tsFormat,
];

function findFormat(path: string, formats: readonly DataFormat[]): DataFormat | undefined {
  const name = path.toLowerCase().replace(/\.gz$/, '');
  return formats.find(({ endings }) => endings.some((ending) => name.endsWith(ending)));
}

function formatOf(path: string, formats: readonly DataFormat[]): DataFormat {
  const found = findFormat(path, formats);
  if (found !== undefined) return found;
  const endings = formats.flatMap((format) => format.endings).join(' ');
  throw new UserError(
    `${path}: the ending of "${basename(path)}" tells no known format. Known: ${endings}, each also .gz.`,
  );
}

/** A word without folder and ending is meant as a name, unless there is such a file. */
const looksLikeName = (text: string): boolean => !/[./\\]/.test(text) && !existsSync(text);

/**
 * Puts names and formats together.
 *
 * @throws UserError when two data share a name.
 */
export function createDataCatalogue(named: readonly NamedData[], formats: readonly DataFormat[]): DataCatalogue {
  const byName = new Map(named.map((data) => [data.name, data]));
  must(byName.size === named.length, () => {
    const names = named.map(({ name }) => name);
    return `Two data share the name "${names.find((name, index) => names.indexOf(name) < index)}".`;
  });
  const mustBePath = (text: string): void => {
    must(!looksLikeName(text), () => `${unknownName('data', text, byName.keys())} Or give the path of a file.`);
  };
  return {
    named,
    formats,
    async open(nameOrPath, options = {}) {
      const known = byName.get(nameOrPath);
      if (known !== undefined) return known.open();
      mustBePath(nameOrPath);
      await mustBeFile(nameOrPath);
      return formatOf(nameOrPath, formats).read(nameOrPath, options);
    },
    async openRows(nameOrPath, options = {}) {
      const known = byName.get(nameOrPath);
      if (known !== undefined) return wholeRows(await known.open());
      mustBePath(nameOrPath);
      const files = await filesIn(nameOrPath, formats);
      if (files === undefined) return openFile(nameOrPath, formats, options);
      const opened: RowFile[] = [];
      for (const path of files) opened.push(await openFile(path, formats, options));
      return joinRows(nameOrPath, opened);
    },
  };
}

/** The files of a folder that are of a known format, sorted; undefined for what is no folder. */
async function filesIn(path: string, formats: readonly DataFormat[]): Promise<string[] | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() !== true) return undefined;
  const names = (await readdir(path)).filter((name) => findFormat(name, formats) !== undefined);
  return names.sort().map((name) => join(path, name));
}

async function openFile(path: string, formats: readonly DataFormat[], options: OpenRowsOptions): Promise<RowFile> {
  await mustBeFile(path);
  const format = formatOf(path, formats);
  return format.open?.(path, options) ?? wholeRows(await format.read(path, options));
}

/** Opens data that comes with the package, or a file of a built-in format: see {@link DataCatalogue.open}. */
export const openData: DataCatalogue['open'] = (nameOrPath, options) =>
  createDataCatalogue(builtInData, builtInFormats).open(nameOrPath, options);
