import { block, rowsOf, type Block, type Precision } from './block.ts';
import type { Shard } from './data-source.ts';
import type { LinearAlgebra } from './linear-algebra.ts';

/** Work space for one tile: the same numbers seen as a block of as many rows as the tile at hand has. */
export type TileBuffer = (rows: number) => Block;

/** Makes work space for the tiles of a shard, so that the loop over tiles allocates nothing. */
export class TileBuffers {
  /** Rows of the largest tile. */
  readonly rows: number;
  readonly #linearAlgebra: LinearAlgebra;
  readonly #precision: Precision;

  constructor(linearAlgebra: LinearAlgebra, precision: Precision, shard: Pick<Shard, 'tileRows'>) {
    this.#linearAlgebra = linearAlgebra;
    this.#precision = precision;
    this.rows = shard.tileRows;
  }

  /** A buffer for blocks of that many columns. */
  make(cols: number): TileBuffer {
    const data = this.#linearAlgebra.allocate(this.#precision, this.rows * cols);
    const full = block(this.rows, cols, data);
    const shorter = new Map<number, Block>();
    return (rows) => {
      if (rows === full.rows) return full;
      // The last tile of a shard is shorter, and so are blocks of nodes that some samples lack: a view serves every sweep.
      let view = shorter.get(rows);
      if (view === undefined) shorter.set(rows, (view = rowsOf(full, 0, rows)));
      return view;
    };
  }
}

/** Bytes that a tile of the widest node may take: about a second-level cache (measured: `npm run bench`). */
const tileBytes = 1.25 * 2 ** 20;

/**
 * As many rows as the widest node's tile has room for. Longer tiles spread the cost of adding a tile's Gram matrix to the
 * statistics over more samples; still longer ones leave the cache.
 */
export function defaultTileRows(widest: number, precision: Precision): number {
  const bytes = precision === 'float32' ? 4 : 8;
  const fitting = tileBytes / (bytes * Math.max(widest, 1));
  return 2 ** Math.min(10, Math.max(6, Math.round(Math.log2(fitting))));
}
