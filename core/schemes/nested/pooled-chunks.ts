import { block, rowsOf, zeros, type Block, type Precision } from '../../block.ts';
import { share, type Shard } from '../../data-source.ts';
import { random, type Random } from '../../random.ts';
import { copyRow, permutation, type Chunk, type ChunkOptions, type ChunkSource } from './chunks.ts';

/** Chunks that the pool has room for. */
const pooledChunks = 16;

/** Consecutive tiles that are read one after the other: a disk is faster that way. */
const tilesInRow = 8;

/**
 * Chunks of a shard that is read from disk: every tile once in a sweep, some consecutive ones at a time, in an order drawn anew.
 * Their samples go into a pool, and chunks are drawn from the pool. So a chunk mixes samples of a few dozen chunks' length, and
 * not of all the data: samples that lie in the order of their classes should be mixed before.
 */
export class PooledChunks implements ChunkSource {
  readonly chunks: number;
  readonly rows: number;
  readonly #shard: Shard;
  readonly #samples: number;
  readonly #x: Block;
  readonly #y: Block;
  readonly #poolX: Block;
  readonly #poolY: Block;
  /** Samples before this rank's first one. */
  readonly #first: number;
  #random: Random = random('');
  /** Tiles of this sweep in order, and how many of them are in the pool or have been. */
  #order: Int32Array = new Int32Array(0);
  #read = 0;
  #pooled = 0;
  #drawn = 0;

  constructor(
    shard: Shard,
    sizes: { readonly inputs: number; readonly targets: number },
    precision: Precision,
    { wanted, samples }: ChunkOptions,
  ) {
    const make = (rows: number, cols: number): Block => block(rows, cols, zeros(precision, rows * cols));
    this.#shard = shard;
    this.#samples = samples;
    this.chunks = Math.max(1, Math.round(samples / wanted));
    this.rows = Math.min(shard.samples, Math.ceil(shard.samples / this.chunks) + 1);
    this.#first = shard.tiles > 0 ? shard.tile(0).first : 0;
    const room = Math.min(shard.samples, pooledChunks * this.rows + shard.tileRows);
    this.#x = make(this.rows, sizes.inputs);
    this.#y = make(this.rows, sizes.targets);
    this.#poolX = make(room, sizes.inputs);
    this.#poolY = make(room, sizes.targets);
  }

  begin(stream: Random): void {
    const groups = permutation(Math.ceil(this.#shard.tiles / tilesInRow), stream);
    const order = [...groups].flatMap((group) => Array.from({ length: tilesInRow }, (_, i) => group * tilesInRow + i));
    this.#order = Int32Array.from(order.filter((tile) => tile < this.#shard.tiles));
    this.#random = stream;
    this.#read = 0;
    this.#pooled = 0;
    this.#drawn = 0;
  }

  chunk(index: number): Chunk {
    const rows = this.#ownUpTo(index + 1) - this.#drawn;
    for (let row = 0; row < rows; row++) {
      this.#fill();
      this.#draw(row);
    }
    const { from, to } = share(this.#samples, index, this.chunks);
    return { x: rowsOf(this.#x, 0, rows), y: rowsOf(this.#y, 0, rows), samples: to - from };
  }

  /**
   * How many of its samples this rank has given when so many chunks are drawn: such parts that those of all ranks add up to the
   * chunk, never fewer than before.
   */
  #ownUpTo(chunks: number): number {
    const before = (sample: number): number => share(sample, chunks, this.chunks).from;
    const own = before(this.#first + this.#shard.samples) - before(this.#first);
    return Math.min(Math.max(own, this.#drawn), this.#drawn + this.rows);
  }

  /** Reads tiles until the pool is full. */
  #fill(): void {
    while (this.#read < this.#order.length) {
      if (this.#pooled + this.#shard.tileRows > this.#poolX.rows && this.#pooled > 0) return;
      const { x, y } = this.#shard.tile(this.#order[this.#read++]!);
      const end = this.#pooled + x.rows;
      rowsOf(this.#poolX, this.#pooled, end).data.set(x.data);
      rowsOf(this.#poolY, this.#pooled, end).data.set(y.data);
      this.#pooled = end;
    }
  }

  /** Moves a sample from the pool into the chunk; the last one of the pool takes its place. */
  #draw(row: number): void {
    const picked = this.#random.integer(this.#pooled);
    this.#pooled--;
    this.#drawn++;
    for (const [pool, chunk] of [
      [this.#poolX, this.#x],
      [this.#poolY, this.#y],
    ] as const) {
      copyRow(pool, picked, chunk, row);
      copyRow(pool, this.#pooled, pool, picked);
    }
  }
}
