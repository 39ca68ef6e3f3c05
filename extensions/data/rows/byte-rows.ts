import { readFixedRows, type FixedRows } from './fixed-rows.ts';
import type { RowFile } from './row-file.ts';

/** What images in the rows of a file look like. */
export interface ByteRows {
  /** Images. */
  readonly rows: number;
  /** Layout of an image. */
  readonly shape: readonly number[];
  /** Where in a row the byte of each feature is. */
  readonly bytesAt: Int32Array;
  /** The label of an image, from its number and its bytes. Absent for data without labels. */
  readonly label?: (row: number, bytes: DataView, at: number) => number;
}

/** Images of unsigned bytes, read as features in [0, 1]. */
export function bytesInRows(file: FixedRows, { rows, shape, bytesAt, label }: ByteRows): RowFile {
  const { path } = file;
  const cols = bytesAt.length;
  const features = new Float64Array(cols);
  return {
    name: path,
    cols,
    shape,
    labelled: label !== undefined,
    units: rows,
    estimatedRows: rows,
    read: (from, to, visit) =>
      readFixedRows(file, from, to, (bytes, at, row) => {
        for (let j = 0; j < cols; j++) features[j] = bytes.getUint8(at + bytesAt[j]!) * (1 / 255);
        return visit(features, label?.(row, bytes, at), row, () => `${path}, row ${row + 1}`);
      }),
  };
}
