import { token } from '../../core/token.ts';
import type { RawData, ReadOptions } from './raw-data.ts';

/** Extension point: a file format that samples are read from. */
export interface DataFormat {
  /** Unique name, for messages and lists. */
  readonly name: string;
  /** Ends of file names, lower case, e.g. `.csv`; each also stands for itself followed by `.gz`. */
  readonly endings: readonly string[];
  /**
   * Reads a whole file, compressed or not.
   *
   * @param path - A file that exists.
   * @throws UserError that starts with the path, and names line and column where the file has them.
   */
  read(path: string, options: ReadOptions): Promise<RawData>;
}

/** Container identifier; bind as many as you like. */
export const DataFormat = token<DataFormat>('DataFormat');
