import type { Label } from '../../../core/targets.ts';
import type { ReadOptions } from '../raw-data.ts';

/** Where a row stands, for messages: file and line, or file and row. Valid until the next row. */
export type Place = () => string;

/**
 * Is given one row after the other.
 *
 * @param features - Valid until the next row.
 * @param label - As the file has it: text, or a number. Absent where the file has no labels.
 * @param position - Where the row begins, in units of the file.
 * @returns `false` to end the reading.
 */
export type RowVisitor = (features: Float64Array, label: Label | undefined, position: number, place: Place) => boolean;

/** How a file is opened for reading in parts. */
export interface OpenRowsOptions extends ReadOptions {
  /** Every digit counts, as in double precision. Default: what single precision holds. */
  readonly exact?: boolean;
  /** Nothing is going to be read: an estimate of the number of rows will do. Default: no. */
  readonly estimate?: boolean;
}

/** Samples on disk that can be read part by part, so that every rank reads its share alone. */
export interface RowFile {
  /** What the data is called in messages. */
  readonly name: string;
  /** Features of a sample. */
  readonly cols: number;
  /** Layout of one sample's features; their product is `cols`. */
  readonly shape: readonly number[];
  /** Whether the rows have labels. */
  readonly labelled: boolean;
  /** Length of the data in what parts are measured in: bytes of text, or rows. */
  readonly units: number;
  /** Rows, as far as that can be told without reading all of them. */
  readonly estimatedRows: number;
  /**
   * Reads the rows that begin in a part.
   *
   * @param from - First unit.
   * @param to - Unit after the last.
   * @throws UserError that names file, line or row, and column.
   */
  read(from: number, to: number, visit: RowVisitor): Promise<void>;
}
