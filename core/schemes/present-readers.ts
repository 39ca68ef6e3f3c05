import type { Block } from '../block.ts';
import type { HiddenNode, ReaderLink } from '../graph.ts';
import { isPresent, PresentRows } from '../presence.ts';

/** Readers are told apart by the bits of a number. */
const mostReaders = 31;

/** Whether a node and all its readers are there in every sample. */
const alwaysThere = ({ presence, readers }: HiddenNode): boolean =>
  presence === undefined && readers.every(({ reader, unless }) => reader.presence === undefined && unless.length === 0);

/** Which readers of a node are there in which of its rows, tile by tile. Work space is made once. */
export class PresentReaders {
  /** Of every row of the node: the readers that read it, as bits. */
  readonly sets: Int32Array;
  /** The different sets on the tile at hand. */
  readonly distinct = new Set<number>();
  readonly #own: PresentRows;
  readonly #links: readonly ReaderLink[];
  readonly #rows: readonly PresentRows[];
  /** By reader: where it has a row of the node. */
  readonly #positions: readonly Int32Array[];

  private constructor({ presence, readers }: HiddenNode, capacity: number) {
    this.sets = new Int32Array(capacity);
    this.#own = new PresentRows(presence, capacity);
    this.#links = readers;
    this.#rows = readers.map(({ reader }) => new PresentRows(reader.presence, capacity));
    this.#positions = readers.map(() => new Int32Array(capacity));
  }

  /**
   * `undefined` where everything is there in every sample.
   *
   * @param capacity - Rows of the largest tile.
   */
  static of(node: HiddenNode, capacity: number): PresentReaders | undefined {
    if (alwaysThere(node)) return undefined;
    if (node.readers.length > mostReaders) {
      throw new RangeError(`Node "${node.name}" is absent from some samples and has more than ${mostReaders} readers.`);
    }
    return new PresentReaders(node, capacity);
  }

  /** Finds them on a tile. */
  find(x: Block): this {
    this.#own.find(x);
    this.sets.fill(0, 0, this.#own.count);
    this.#links.forEach((link, reader) => this.#findReader(x, link, reader));
    this.distinct.clear();
    for (let row = 0; row < this.#own.count; row++) this.distinct.add(this.sets[row]!);
    return this;
  }

  /** Copies the rows of the node's block that these readers read, one after the other; returns how many. */
  take(set: number, whole: Block, part: Block): number {
    let count = 0;
    for (let row = 0; row < whole.rows; row++) if (this.sets[row] === set) copyRow(whole, row, part, count++);
    return count;
  }

  /** As {@link take}, of the block of one of the readers. */
  takeReader(set: number, reader: number, whole: Block, part: Block): void {
    let count = 0;
    const positions = this.#positions[reader]!;
    for (let row = 0; row < this.#own.count; row++) {
      if (this.sets[row] === set) copyRow(whole, positions[row]!, part, count++);
    }
  }

  /** The reverse of {@link take}. */
  putBack(set: number, part: Block, whole: Block): void {
    let count = 0;
    for (let row = 0; row < whole.rows; row++) if (this.sets[row] === set) copyRow(part, count++, whole, row);
  }

  #findReader(x: Block, { unless }: ReaderLink, reader: number): void {
    const { rows, count } = this.#rows[reader]!.find(x);
    let at = 0;
    for (let row = 0; row < this.#own.count; row++) {
      const sample = this.#own.rows[row]!;
      while (at < count && rows[at]! < sample) at++;
      if (at >= count || rows[at] !== sample || unless.some((source) => isPresent(x, sample, source))) continue;
      this.#positions[reader]![row] = at;
      this.sets[row]! |= 1 << reader;
    }
  }
}

const copyRow = (from: Block, row: number, to: Block, at: number): void => {
  const width = from.cols;
  for (let i = 0; i < width; i++) to.data[at * width + i] = from.data[row * width + i]!;
};
