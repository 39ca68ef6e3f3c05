import type { Block } from '../../block.ts';

/** $\sum_i a_i b_i$ of two blocks of one shape. */
export function dot({ data: a }: Block, { data: b }: Block): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** $\sum_i a_i^2$. */
export function squares({ data }: Block): number {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i]! * data[i]!;
  return sum;
}

/** `sums[j]` += $\sum_i a_{ij}$. */
export function addColumns({ cols, data }: Block, sums: Float64Array): void {
  for (let at = 0; at < data.length; at += cols) {
    for (let column = 0; column < cols; column++) sums[column]! += data[at + column]!;
  }
}
