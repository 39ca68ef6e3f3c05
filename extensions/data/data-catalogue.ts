import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { must, unknownName, UserError } from '../../core/errors.ts';
import { token } from '../../core/token.ts';
import { csvFormat } from './csv.ts';
import type { DataFormat } from './data-format.ts';
import { fashionMnist, fashionMnistTest } from './fashion-mnist.ts';
import { mustBeFile } from './file.ts';
import { idxFormat } from './idx.ts';
import { mnist, mnistTest } from './mnist.ts';
import type { NamedData } from './named-data.ts';
import { npyFormat } from './npy.ts';
import { tsFormat } from './ts.ts';
import type { RawData, ReadOptions } from './raw-data.ts';

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
}

/** Container identifier of the one in use. */
export const DataCatalogue = token<DataCatalogue>('DataCatalogue');

/** Names that come with the package. */
export const builtInData: readonly NamedData[] = [mnist, mnistTest, fashionMnist, fashionMnistTest];

/** Formats that come with the package. */
export const builtInFormats: readonly DataFormat[] = [idxFormat, csvFormat, npyFormat, tsFormat];

function formatOf(path: string, formats: readonly DataFormat[]): DataFormat {
  const name = path.toLowerCase().replace(/\.gz$/, '');
  const found = formats.find(({ endings }) => endings.some((ending) => name.endsWith(ending)));
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
  return {
    named,
    formats,
    async open(nameOrPath, options = {}) {
      const known = byName.get(nameOrPath);
      if (known !== undefined) return known.open();
      must(
        !looksLikeName(nameOrPath),
        () => `${unknownName('data', nameOrPath, byName.keys())} Or give the path of a file.`,
      );
      await mustBeFile(nameOrPath);
      return formatOf(nameOrPath, formats).read(nameOrPath, options);
    },
  };
}

/** Opens data that comes with the package, or a file of a built-in format: see {@link DataCatalogue.open}. */
export const openData: DataCatalogue['open'] = (nameOrPath, options) =>
  createDataCatalogue(builtInData, builtInFormats).open(nameOrPath, options);
