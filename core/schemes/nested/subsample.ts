import { block, rowsOf, zeros, type Block, type Precision } from '../../block.ts';
import type { Tile } from '../../data-source.ts';
import type { Random } from '../../random.ts';

/** Some samples of a shard, the same ones however the samples are divided over ranks and tiles. */
export class Subsample {
  readonly #wanted: number;
  readonly #samples: number;
  readonly #x: Block;
  readonly #y: Block;
  #picked: Float64Array;
  #next = 0;
  #rows = 0;

  /**
   * @param counts - Samples wanted over all ranks (all of them where there are not so many), there, and on this rank.
   * @param sizes - Widths of a data row and a target row.
   */
  constructor(
    { wanted, samples, local }: { readonly wanted: number; readonly samples: number; readonly local: number },
    sizes: { readonly inputs: number; readonly targets: number },
    precision: Precision,
  ) {
    this.#wanted = Math.min(wanted, samples);
    this.#samples = samples;
    const room = Math.min(local, Math.ceil((this.#wanted * local) / samples) + 2);
    this.#x = block(room, sizes.inputs, zeros(precision, room * sizes.inputs));
    this.#y = block(room, sizes.targets, zeros(precision, room * sizes.targets));
    this.#picked = new Float64Array(this.#wanted);
  }

  /** Samples over all ranks. */
  get size(): number {
    return this.#wanted;
  }

  /** Draws anew: one sample from each of as many equal stretches of the data. */
  draw(random: Random): void {
    for (let i = 0; i < this.#wanted; i++) {
      const from = Math.floor((i * this.#samples) / this.#wanted);
      const to = Math.floor(((i + 1) * this.#samples) / this.#wanted);
      this.#picked[i] = from + random.integer(to - from);
    }
    this.#next = 0;
    this.#rows = 0;
  }

  /** Copies what was drawn from this tile; tiles come in order. */
  take({ x, y, first }: Tile): void {
    const picked = this.#picked;
    while (this.#next < picked.length && picked[this.#next]! < first) this.#next++;
    for (; this.#next < picked.length && picked[this.#next]! < first + x.rows; this.#next++) {
      const row = picked[this.#next]! - first;
      this.#x.data.set(x.data.subarray(row * x.cols, (row + 1) * x.cols), this.#rows * x.cols);
      this.#y.data.set(y.data.subarray(row * y.cols, (row + 1) * y.cols), this.#rows * y.cols);
      this.#rows++;
    }
  }

  /** What was taken, so many rows at a time. */
  forEach(tileRows: number, visit: (x: Block, y: Block) => void): void {
    for (let from = 0; from < this.#rows; from += tileRows) {
      const to = Math.min(this.#rows, from + tileRows);
      visit(rowsOf(this.#x, from, to), rowsOf(this.#y, from, to));
    }
  }
}
