/** Numbers of a block: single precision by default, double on request. */
export type Real = Float32Array | Float64Array;

/** Precision of data and per-sample state. Statistics and small solves are always `float64`. */
export type Precision = 'float32' | 'float64';

/**
 * Samples x features, row-major: the features of one sample lie together, at `data[row * cols + col]`.
 * `data` holds exactly `rows * cols` numbers.
 */
export interface Block {
  /** Samples. */
  readonly rows: number;
  /** Features of a sample. */
  readonly cols: number;
  /** The numbers, row by row. */
  readonly data: Real;
}

/** Distance from 1 to the next number of that precision: the unit in which rounding errors are stated. */
export const epsilonOf = (precision: Precision): number => (precision === 'float32' ? 2 ** -23 : 2 ** -52);

/** Precision that an array holds. */
export const precisionOf = (data: Real): Precision => (data instanceof Float32Array ? 'float32' : 'float64');

/** A zero-filled array of that precision. */
export const zeros = (precision: Precision, length: number): Real =>
  precision === 'float32' ? new Float32Array(length) : new Float64Array(length);

/** A block over existing numbers, without a copy. Throws when the length is not `rows * cols`. */
export function block(rows: number, cols: number, data: Real): Block {
  if (data.length !== rows * cols) {
    throw new RangeError(`A block of ${rows} x ${cols} holds ${rows * cols} numbers, got ${data.length}.`);
  }
  return { rows, cols, data };
}

/** Rows `from` (inclusive) to `to` (exclusive) of a block, as a view on the same numbers. */
export const rowsOf = (whole: Block, from: number, to: number): Block => ({
  rows: to - from,
  cols: whole.cols,
  data: whole.data.subarray(from * whole.cols, to * whole.cols),
});
