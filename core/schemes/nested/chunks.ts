import { block, rowsOf, zeros, type Block, type Precision } from '../../block.ts';
import { share, type Shard, type Tile } from '../../data-source.ts';
import type { Random } from '../../random.ts';

/** Some samples of a sweep: those of them that lie on this rank. */
export interface Chunk {
  /** Inputs, rows x inputs. */
  readonly x: Block;
  /** Targets, rows x targets. */
  readonly y: Block;
  /** Samples of the chunk over all ranks. */
  readonly samples: number;
}

/** All samples of a sweep in chunks, every sample once. A shard read from disk may give them in its own order. */
export interface ChunkSource {
  /** Chunks in a sweep, the same on all ranks. */
  readonly chunks: number;
  /** Most rows that a chunk has on this rank. */
  readonly rows: number;
  /** Begins a sweep, in an order drawn from a stream that is the same on all ranks. */
  begin(random: Random): void;
  /** The chunk of that number, valid until the next call; chunks are asked for in order. */
  chunk(index: number): Chunk;
}

/** What chunks are drawn with. */
export interface ChunkOptions {
  /** Samples wanted in a chunk, over all ranks. */
  readonly wanted: number;
  /** Samples over all ranks. */
  readonly samples: number;
}

/** Whole numbers below `count` in a random order (Fisher-Yates). */
export function permutation(count: number, random: Random): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    const other = order[j]!;
    order[j] = order[i]!;
    order[i] = other;
  }
  return order;
}

/**
 * Chunks of a resident shard: copies of its rows in an order drawn anew for every sweep. A rank takes the samples of a chunk that lie in its shard, so that a chunk is the same on any number of ranks.
 */
export class ResidentChunks implements ChunkSource {
  readonly chunks: number;
  readonly rows: number;
  readonly #shard: Shard;
  readonly #options: ChunkOptions;
  readonly #x: Block;
  readonly #y: Block;
  #order: Int32Array = new Int32Array(0);

  constructor(
    shard: Shard,
    sizes: { readonly inputs: number; readonly targets: number },
    precision: Precision,
    options: ChunkOptions,
  ) {
    const { wanted, samples } = options;
    this.#shard = shard;
    this.#options = options;
    this.chunks = Math.max(1, Math.round(samples / wanted));
    this.rows = Math.min(shard.samples, Math.ceil(samples / this.chunks));
    this.#x = block(this.rows, sizes.inputs, zeros(precision, this.rows * sizes.inputs));
    this.#y = block(this.rows, sizes.targets, zeros(precision, this.rows * sizes.targets));
  }

  begin(random: Random): void {
    this.#order = permutation(this.#options.samples, random);
  }

  chunk(index: number): Chunk {
    const { from, to } = share(this.#options.samples, index, this.chunks);
    // In ascending order, so that rows are added up in the same order on any number of ranks.
    const picked = this.#order.subarray(from, to).slice().sort();
    const rows = this.#copy(picked);
    return { x: rowsOf(this.#x, 0, rows), y: rowsOf(this.#y, 0, rows), samples: to - from };
  }

  #copy(picked: Int32Array): number {
    const { samples, tileRows, tiles } = this.#shard;
    const first = tiles > 0 ? this.#shard.tile(0).first : 0;
    let rows = 0;
    let tile: Tile | undefined;
    let at = -1;
    for (const sample of picked) {
      const own = sample - first;
      if (own < 0 || own >= samples) continue;
      const index = Math.floor(own / tileRows);
      if (index !== at) tile = this.#shard.tile((at = index));
      copyRow(tile!.x, own - index * tileRows, this.#x, rows);
      copyRow(tile!.y, own - index * tileRows, this.#y, rows);
      rows++;
    }
    return rows;
  }
}

/** Copies one row. */
export const copyRow = (from: Block, row: number, to: Block, at: number): void =>
  to.data.set(from.data.subarray(row * from.cols, (row + 1) * from.cols), at * to.cols);

/** Visits a chunk tile by tile. */
export function forEachTile(
  { x, y }: Pick<Chunk, 'x' | 'y'>,
  tileRows: number,
  visit: (x: Block, y: Block, from: number) => void,
): void {
  for (let from = 0; from < x.rows; from += tileRows) {
    const to = Math.min(x.rows, from + tileRows);
    visit(rowsOf(x, from, to), rowsOf(y, from, to), from);
  }
}
