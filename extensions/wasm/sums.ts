import type { Real } from '../../core/block.ts';

/** Samples whose products are added up in the precision of the block, before they are added to the sums in f64. */
export const sampleChunk = 512;

/** Rows of the sums that are formed before they are added: at most four panels of three f32 vectors. */
export const stripRows = 48;

/** Adds `length` numbers of a strip, from `from` on, to the sums from `to` on; `| 0` spares tests for overflow. */
export function add(strip: Real, from: number, length: number, s: Float64Array, to: number): void {
  const end = (from + length) | 0;
  for (let i = from | 0, j = to | 0; i < end; i = (i + 1) | 0, j = (j + 1) | 0) s[j]! += strip[i]!;
}
