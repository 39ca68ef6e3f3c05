import { UserError } from '../../../core/errors.ts';
import type { RawData } from '../raw-data.ts';
import type { RowFile, RowVisitor } from './row-file.ts';

/** Data that is read as a whole, given out row by row: every rank reads all of it, and keeps its share. */
export function wholeRows(raw: RawData): RowFile {
  const { name, rows, cols, shape, labels } = raw;
  return {
    name,
    cols,
    shape,
    labelled: labels !== undefined,
    units: rows,
    estimatedRows: rows,
    read: (from, to, visit) =>
      new Promise((resolve) => {
        visitRows(raw, from, to, visit);
        resolve();
      }),
  };
}

function visitRows({ name, cols, values, scale, labels }: RawData, from: number, to: number, visit: RowVisitor): void {
  const features = new Float64Array(cols);
  for (let row = from; row < to; row++) {
    const place = (): string => `${name}, row ${row + 1}`;
    for (let j = 0; j < cols; j++) {
      const value = values[row * cols + j]! * scale;
      if (!Number.isFinite(value)) {
        throw new UserError(`${place()}, feature ${j + 1}: ${value} is not a finite number.`);
      }
      features[j] = value;
    }
    if (!visit(features, labels?.[row], row, place)) return;
  }
}
