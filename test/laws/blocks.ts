import { block, zeros, type Block, type Precision } from '../../core/block.ts';
import { random } from '../../core/random.ts';

/** Both precisions that data may have. */
export const precisions: readonly Precision[] = ['float32', 'float64'];

/** A block of standard normal numbers that a seed stands for; both precisions hold the same numbers, rounded. */
export function normalBlock(seed: number | string, rows: number, cols: number, precision: Precision): Block {
  const stream = random(String(seed));
  const data = zeros(precision, rows * cols);
  for (let i = 0; i < data.length; i++) data[i] = Math.fround(stream.normal());
  return block(rows, cols, data);
}

/** Standard normal numbers that a seed stands for. */
export const normals = (seed: number | string, length: number): Float64Array =>
  normalBlock(seed, 1, length, 'float64').data as Float64Array;

/** A block full of NaN: what is left of it after a call was not written. */
export const unwritten = (rows: number, cols: number, precision: Precision): Block =>
  block(rows, cols, zeros(precision, rows * cols).fill(NaN));

/** Largest absolute value; 0 of nothing, NaN where one is. */
export const largest = (values: Iterable<number>): number => {
  let most = 0;
  for (const value of values) most = Number.isNaN(value) ? NaN : Math.max(most, Math.abs(value));
  return most;
};

/** Largest absolute difference of two arrays. */
export const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  largest(Array.from(a, (value, i) => value - b[i]!));

/** The number in a row and column. */
export const entry = ({ data, cols }: Block, row: number, col: number): number => data[row * cols + col]!;

/** A sum of products in f64, and the sum of their absolute values, which its rounding errors are proportional to. */
export interface Sum {
  /** The sum. */
  readonly value: number;
  /** The sum of absolute values. */
  readonly scale: number;
}

/** Adds up `length` terms to `start`. */
export function sumOf(length: number, term: (index: number) => number, start = 0): Sum {
  let [value, scale] = [start, Math.abs(start)];
  for (let i = 0; i < length; i++) {
    value += term(i);
    scale += Math.abs(term(i));
  }
  return { value, scale };
}
