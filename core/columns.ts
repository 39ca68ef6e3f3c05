import type { Block } from './block.ts';
import type { Columns } from './graph.ts';

/** From so many numbers on, a call that copies them all is faster than a loop. */
const wide = 64;

/** Copies a range of columns of `source` into `target`, starting at its column `at`; both have the same rows. */
export function copyColumns(source: Block, columns: Columns, at: number, target: Block): void {
  const width = columns.to - columns.from;
  for (let row = 0; row < source.rows; row++) {
    const from = row * source.cols + columns.from;
    const to = row * target.cols + at;
    if (width >= wide) target.data.set(source.data.subarray(from, from + width), to);
    else for (let column = 0; column < width; column++) target.data[to + column] = source.data[from + column]!;
  }
}
