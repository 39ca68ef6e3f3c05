import type { Block } from './block.ts';
import type { Shard } from './data-source.ts';
import type { Columns, Graph, Source } from './graph.ts';

/** Whether a sample has an optional source: its first feature is a number there, and NaN where the source is absent. */
export const isPresent = (x: Block, row: number, { columns }: Source): boolean =>
  !Number.isNaN(x.data[row * x.cols + columns.from]!);

/**
 * The rows of a tile in which something is there. Nodes that are absent from some samples have blocks of so many rows: what
 * is not there is in no sum, no statistic and no residual. Work space is made once.
 */
export class PresentRows {
  /** Numbers of the rows in ascending order, of which the first {@link count} count. */
  readonly rows: Int32Array;
  /** How many there are. */
  count = 0;
  readonly #presence: Source | undefined;

  /**
   * @param presence - What they are there with. `undefined`: always there.
   * @param capacity - Rows of the largest tile.
   */
  constructor(presence: Source | undefined, capacity: number) {
    this.#presence = presence;
    this.rows = Int32Array.from({ length: capacity }, (_, row) => row);
  }

  /** Finds them on a tile. */
  find(x: Block): this {
    if (this.#presence === undefined) {
      this.count = x.rows;
      return this;
    }
    let count = 0;
    for (let row = 0; row < x.rows; row++) if (isPresent(x, row, this.#presence)) this.rows[count++] = row;
    this.count = count;
    return this;
  }
}

/** How many rows every node has on a tile, by `node.index`. */
export function rowsOnTile({ nodes }: Graph, shard: Shard, index: number): number[] {
  const rows = Math.min(shard.tileRows, shard.samples - index * shard.tileRows);
  if (nodes.every(({ presence }) => presence === undefined)) return nodes.map(() => rows);
  const { x } = shard.tile(index);
  return nodes.map(({ presence }) => new PresentRows(presence, rows).find(x).count);
}

/** Copies columns of some rows of `source`, one after the other, to `target` from its column `at` on. */
export function copyRows(
  source: Block,
  { rows, count }: PresentRows,
  { from, to }: Columns,
  at: number,
  target: Block,
): void {
  for (let row = 0; row < count; row++) {
    const start = rows[row]! * source.cols;
    const end = row * target.cols + at - from;
    for (let column = from; column < to; column++) target.data[end + column] = source.data[start + column]!;
  }
}

/**
 * Copies the rows of `source`, which holds those of `have`, to the places that the same samples have in `target`, which holds
 * those of `want`; others are left alone.
 */
export function alignRows(source: Block, have: PresentRows, want: PresentRows, at: number, target: Block): void {
  let from = 0;
  for (let row = 0; row < want.count; row++) {
    const sample = want.rows[row]!;
    while (from < have.count && have.rows[from]! < sample) from++;
    if (from >= have.count || have.rows[from] !== sample) continue;
    const start = from * source.cols;
    const end = row * target.cols + at;
    for (let column = 0; column < source.cols; column++) target.data[end + column] = source.data[start + column]!;
  }
}
