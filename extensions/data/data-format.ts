import { token } from '../../core/token.ts';
import type { RawData, ReadOptions } from './raw-data.ts';
import type { OpenRowsOptions, RowFile } from './rows/row-file.ts';

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
  /**
   * Opens a file whose rows can be read part by part, so that every rank reads its share alone. Absent where a file has to be
   * read as a whole.
   *
   * @throws UserError as `read` does, for whatever the first rows show.
   */
  open?(path: string, options: OpenRowsOptions): Promise<RowFile>;
}

/** Container identifier; bind as many as you like. */
export const DataFormat = token<DataFormat>('DataFormat');
