import { UserError } from '../../core/errors.ts';

/** Numbers as a file holds them. */
export type RawValues = Uint8Array | Float32Array | Float64Array;

/** Samples as a reader found them: features, and a label for each sample where the file has one. */
export interface RawData {
  /** What the data is called in messages: the file's path as it was given, or a known name. */
  readonly name: string;
  /** Samples. */
  readonly rows: number;
  /** Features of a sample. */
  readonly cols: number;
  /** Layout of one sample's features, e.g. `[28]` or `[28, 28, 1]`; their product is `cols`. */
  readonly shape: readonly number[];
  /** rows x cols, row-major; the feature is the value times {@link RawData.scale}. */
  readonly values: RawValues;
  /** 1/255 for the bytes of images, so that features lie in [0, 1]; else 1. */
  readonly scale: number;
  /** One per row: numbers, or names of classes. Absent where the data has none. */
  readonly labels: Float64Array | readonly string[] | undefined;
  /** Whether samples are sequences (steps x features) of different lengths, whose first steps are NaN where they are absent. */
  readonly ragged?: true;
  /** Names of the features, where the file has them. */
  readonly columnNames: readonly string[] | undefined;
}

/** Where in a table the label stands. */
export interface ReadOptions {
  /**
   * `first` or `last` column, `none`, or the name of a column. Image files have their labels in a file of their own and
   * heed `none` alone. Default: `last`.
   */
  readonly label?: string;
}

/** The column of a table without column names that holds the label, or -1 for none. */
export function labelColumn(name: string, label: string, columns: number): number {
  if (label === 'none') return -1;
  if (label === 'first') return 0;
  if (label === 'last') return columns - 1;
  throw new UserError(`${name}: there are no column names, so the label is "first", "last" or "none", got "${label}".`);
}
