import { block, rowsOf, zeros, type Block, type Real } from '../../../core/block.ts';
import type { Shard, Tile } from '../../../core/data-source.ts';
import { applyPreprocessing } from '../../../core/preprocessing.ts';
import { setTarget, type Finish, type SampleStore, type StoreOptions } from './sample-store.ts';

/** Bytes of a page, roughly: no more than that is ever held twice. */
const pageBytes = 8 << 20;

/** Pages hold a multiple of so many samples: tiles of any usual size do not cross from one to the next. */
const pageUnit = 1024;

/** Some consecutive samples: features less the reference, and codes of the labels. */
interface Page {
  readonly x: Real;
  readonly codes: Uint16Array;
}

/** Inputs and targets of some consecutive samples. */
interface ReadyPage {
  readonly x: Block;
  readonly y: Block;
}

/** Samples in memory, in pages: their number need not be known beforehand, and none is ever copied. */
export class ResidentStore implements SampleStore {
  readonly cols: number;
  readonly #options: StoreOptions;
  readonly #pageRows: number;
  readonly #pages: Page[] = [];
  #samples = 0;

  constructor(options: StoreOptions) {
    const { cols, precision } = options;
    this.cols = cols;
    this.#options = options;
    const rowBytes = (precision === 'float32' ? 4 : 8) * cols;
    this.#pageRows = pageUnit * Math.max(1, Math.floor(pageBytes / rowBytes / pageUnit));
  }

  get samples(): number {
    return this.#samples;
  }

  add(features: Float64Array, code: number): void {
    const { cols, reference } = this.#options;
    const row = this.#samples % this.#pageRows;
    const { x, codes } = row === 0 ? this.#addPage() : this.#pages.at(-1)!;
    for (let j = 0, at = row * cols; j < cols; j++, at++) x[at] = features[j]! - reference[j]!;
    codes[row] = code;
    this.#samples++;
  }

  *parts(): Iterable<Block> {
    for (let index = 0; index < this.#pages.length; index++) {
      const rows = this.#rowsOf(index);
      yield block(rows, this.cols, this.#pages[index]!.x.subarray(0, rows * this.cols));
    }
  }

  finish(options: Finish, first: number): (tileRows: number) => Shard {
    const pages = this.#pages.map((page, index) => this.#ready(page, this.#rowsOf(index), options));
    const samples = this.#samples;
    this.#pages.length = 0;
    return (tileRows) => pagedShard(pages, { samples, tileRows, first, pageRows: this.#pageRows });
  }

  close(): void {
    this.#pages.length = 0;
  }

  #rowsOf(index: number): number {
    return Math.min(this.#pageRows, this.#samples - index * this.#pageRows);
  }

  #addPage(): Page {
    const { cols, precision } = this.#options;
    const page = { x: zeros(precision, this.#pageRows * cols), codes: new Uint16Array(this.#pageRows) };
    this.#pages.push(page);
    return page;
  }

  #ready({ x: data, codes }: Page, rows: number, { map, targets, classOf }: Finish): ReadyPage {
    const x = block(rows, this.cols, data.subarray(0, rows * this.cols));
    const y = block(rows, targets, zeros(this.#options.precision, rows * targets));
    if (map !== undefined) applyPreprocessing(map, x);
    for (let row = 0; row < rows; row++) setTarget(y, row, classOf[codes[row]!]!);
    return { x, y };
  }
}

interface PagedOptions {
  readonly samples: number;
  readonly tileRows: number;
  readonly first: number;
  readonly pageRows: number;
}

/** Tiles that are views on pages, made once; a tile that crosses from one page to the next is put together. */
function pagedShard(pages: readonly ReadyPage[], { samples, tileRows, first, pageRows }: PagedOptions): Shard {
  const tiles: Tile[] = [];
  for (let from = 0; from < samples; from += tileRows) {
    const to = Math.min(from + tileRows, samples);
    const some = pages.slice(Math.floor(from / pageRows), Math.floor((to - 1) / pageRows) + 1);
    const start = from - Math.floor(from / pageRows) * pageRows;
    const cut = (of: (page: ReadyPage) => Block): Block => cutRows(some.map(of), start, to - from);
    tiles.push({ x: cut(({ x }) => x), y: cut(({ y }) => y), first: first + from });
  }
  return { samples, tileRows, tiles: tiles.length, tile: (index) => tiles[index]! };
}

/** Some rows of blocks that follow each other: a view where one block has them all. */
function cutRows(blocks: readonly Block[], start: number, rows: number): Block {
  const [head] = blocks as [Block];
  if (blocks.length === 1) return rowsOf(head, start, start + rows);
  const whole = block(rows, head.cols, head.data.slice(0, rows * head.cols).fill(0));
  let at = 0;
  for (const [index, { cols, data }] of blocks.entries()) {
    const part = data.subarray(index === 0 ? start * cols : 0, (index === 0 ? start * cols : 0) + rows * cols - at);
    whole.data.set(part, at);
    at += part.length;
  }
  return whole;
}
