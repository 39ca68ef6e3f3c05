import { closeSync, mkdtempSync, openSync, read, readSync, rmdirSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { block, rowsOf, zeros, type Block, type Real } from '../../../core/block.ts';
import type { Shard, Tile } from '../../../core/data-source.ts';
import { UserError } from '../../../core/errors.ts';
import { mapped } from '../../../core/preprocessing.ts';
import { setTarget, type Finish, type SampleStore, type StoreOptions } from './sample-store.ts';

/** Bytes that are read and written at a time. */
const pieceBytes = 4 << 20;

/** A file without a name: it is gone with the process, however that ends. */
function openNameless(): number {
  const path = join(mkdtempSync(join(tmpdir(), 'nograd-samples-')), 'samples');
  const file = openSync(path, 'w+');
  unlinkSync(path);
  rmdirSync(dirname(path));
  return file;
}

const bytesOf = (data: Real): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** Samples on disk, a record each: features less the reference, then the code of the label. Made anew for every run. */
export class SpoolStore implements SampleStore {
  readonly cols: number;
  readonly #options: StoreOptions;
  readonly #file: number;
  readonly #width: number;
  /** Work space for some records. */
  readonly #space: Real;
  readonly #spaceRows: number;
  #samples = 0;
  #written = 0;

  constructor(options: StoreOptions) {
    const { cols, precision } = options;
    this.cols = cols;
    this.#options = options;
    this.#width = cols + 1;
    const recordBytes = (precision === 'float32' ? 4 : 8) * this.#width;
    this.#spaceRows = Math.max(1, Math.floor(pieceBytes / recordBytes));
    this.#space = zeros(precision, this.#spaceRows * this.#width);
    this.#file = openNameless();
  }

  get samples(): number {
    return this.#samples;
  }

  add(features: Float64Array, code: number): void {
    const { reference } = this.#options;
    const waiting = this.#samples - this.#written;
    let at = waiting * this.#width;
    for (let j = 0; j < this.cols; j++, at++) this.#space[at] = features[j]! - reference[j]!;
    this.#space[at] = code;
    this.#samples++;
    if (waiting + 1 === this.#spaceRows) this.#flush();
  }

  *parts(): Iterable<Block> {
    this.#flush();
    const x = block(this.#spaceRows, this.cols, zeros(this.#options.precision, this.#spaceRows * this.cols));
    for (let from = 0; from < this.#samples; from += this.#spaceRows) {
      const rows = Math.min(this.#spaceRows, this.#samples - from);
      readWhole(this.#file, this.#space.subarray(0, rows * this.#width), from * this.#recordBytes);
      for (let row = 0; row < rows; row++) {
        x.data.set(this.#space.subarray(row * this.#width, row * this.#width + this.cols), row * this.cols);
      }
      yield rowsOf(x, 0, rows);
    }
  }

  finish(options: Finish, first: number): (tileRows: number) => Shard {
    this.#flush();
    const samples = this.#samples;
    return (tileRows) => new SpooledShard(this.#file, this.#options, options, { samples, tileRows, first });
  }

  close(): void {
    closeSync(this.#file);
  }

  get #recordBytes(): number {
    return this.#width * this.#space.BYTES_PER_ELEMENT;
  }

  #flush(): void {
    const rows = this.#samples - this.#written;
    const bytes = bytesOf(this.#space.subarray(0, rows * this.#width));
    for (let done = 0; done < bytes.length;) {
      try {
        done += writeSync(this.#file, bytes, done, bytes.length - done);
      } catch (error) {
        throw spoolError(error as NodeJS.ErrnoException, this.#samples * this.#recordBytes);
      }
    }
    this.#written = this.#samples;
  }
}

function spoolError({ code, message }: NodeJS.ErrnoException, bytes: number): Error {
  const size = (bytes / 2 ** 30).toFixed(1);
  const room = code === 'ENOSPC' ? ': set TMPDIR to a folder with more room' : '';
  return new UserError(`${tmpdir()}: ${size} GiB of samples cannot be kept there (${code ?? message})${room}.`);
}

/** Reads so many bytes that the array is full. */
function readWhole(file: number, data: Real, position: number): void {
  const bytes = bytesOf(data);
  for (let done = 0; done < bytes.length;) {
    const count = readSync(file, bytes, done, bytes.length - done, position + done);
    if (count === 0) throw new Error(`The file of samples ends at byte ${position + done}.`);
    done += count;
  }
}

/**
 * Tiles that are read from disk in every pass, some at a time. While a piece is at work the next one is read ahead: by a
 * thread of the system's file reader, into the page cache, as nothing can be handed to a thread that computes.
 */
class SpooledShard implements Shard {
  readonly streamed = true;
  readonly samples: number;
  readonly tileRows: number;
  readonly tiles: number;
  readonly #file: number;
  readonly #finish: Finish;
  readonly #first: number;
  readonly #width: number;
  readonly #tilesInPiece: number;
  readonly #piece: Real;
  readonly #ahead: Uint8Array;
  readonly #x: Block;
  readonly #y: Block;
  #loaded = -1;

  constructor(
    file: number,
    { cols, precision }: StoreOptions,
    finish: Finish,
    { samples, tileRows, first }: { readonly samples: number; readonly tileRows: number; readonly first: number },
  ) {
    this.samples = samples;
    this.tileRows = tileRows;
    this.tiles = Math.ceil(samples / tileRows);
    this.#file = file;
    this.#finish = finish;
    this.#first = first;
    this.#width = cols + 1;
    const tileLength = tileRows * this.#width;
    const bytes = precision === 'float32' ? 4 : 8;
    this.#tilesInPiece = Math.max(1, Math.min(this.tiles, Math.floor(pieceBytes / (bytes * tileLength))));
    this.#piece = zeros(precision, this.#tilesInPiece * tileLength);
    this.#ahead = new Uint8Array(this.#piece.byteLength);
    this.#x = block(tileRows, cols, zeros(precision, tileRows * cols));
    this.#y = block(tileRows, finish.targets, zeros(precision, tileRows * finish.targets));
  }

  tile(index: number): Tile {
    const piece = Math.floor(index / this.#tilesInPiece);
    if (piece !== this.#loaded) this.#load(piece);
    const from = index * this.tileRows;
    const rows = Math.min(this.tileRows, this.samples - from);
    const [x, y] = [rowsOf(this.#x, 0, rows), rowsOf(this.#y, 0, rows)];
    this.#unpack((index - piece * this.#tilesInPiece) * this.tileRows, x, y);
    return { x, y, first: this.#first + from };
  }

  #load(piece: number): void {
    const rows = this.#tilesInPiece * this.tileRows;
    const bytes = rows * this.#width * this.#piece.BYTES_PER_ELEMENT;
    const some = Math.min(rows, this.samples - piece * rows);
    readWhole(this.#file, this.#piece.subarray(0, some * this.#width), piece * bytes);
    this.#loaded = piece;
    // After the last piece comes the first one, of the next pass.
    const next = (piece + 1) * rows < this.samples ? piece + 1 : 0;
    if (next !== piece) read(this.#file, this.#ahead, 0, bytes, next * bytes, () => undefined);
  }

  #unpack(from: number, x: Block, y: Block): void {
    const { map, classOf } = this.#finish;
    const { cols } = x;
    for (let row = 0, at = from * this.#width; row < x.rows; row++, at++) {
      for (let j = 0, to = row * cols; j < cols; j++, to++, at++) {
        const kept = this.#piece[at]!;
        x.data[to] = map === undefined ? kept : mapped(map, kept, j);
      }
      setTarget(y, row, classOf[this.#piece[at]!]!);
    }
  }
}
