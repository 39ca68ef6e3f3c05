import { createHash, type Hash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { Real } from '../../core/block.ts';
import type { Disk } from './disk.ts';
import { fromJson, toJson } from './numbers.ts';

/** What a file of a checkpoint holds: plain data, and arrays by name. */
export interface Contents {
  readonly facts: Readonly<Record<string, unknown>>;
  readonly arrays: Readonly<Record<string, Real>>;
}

/** A file that is not what was written: cut short, changed, or of another program. */
export class DamagedFileError extends Error {
  /** `DamagedFileError`. */
  override readonly name = 'DamagedFileError';
}

/*
 * Layout, little-endian: 8 bytes that say what it is, format version and length of the header (32 bits each), header in JSON
 * padded with spaces to a multiple of 8, the arrays one after another, each padded with zeros to a multiple of 8, and the
 * SHA-256 of all before it.
 */
const magic = Buffer.from('NGRDCKPT');
const formatVersion = 1;
const preamble = magic.length + 8;
const digestBytes = 32;

const padded = (bytes: number): number => 8 * Math.ceil(bytes / 8);
const bytesOf = (data: Real): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

type Entry = readonly [name: string, type: 'F32' | 'F64', length: number];

function headOf({ facts, arrays }: Contents): Buffer {
  const entries = Object.entries(arrays).map(([name, data]): Entry => [
    name,
    data instanceof Float32Array ? 'F32' : 'F64',
    data.length,
  ]);
  const header = Buffer.from(toJson({ facts, entries }));
  const head = Buffer.alloc(preamble + padded(header.length), ' ');
  magic.copy(head);
  head.writeUInt32LE(formatVersion, magic.length);
  head.writeUInt32LE(padded(header.length), magic.length + 4);
  header.copy(head, preamble);
  return head;
}

/** Writes a new file, and returns when it has reached the disk. */
export function writeContents(path: string, contents: Contents, disk: Disk): void {
  const file = disk.create(path);
  try {
    const hash = createHash('sha256');
    const put = (bytes: Uint8Array): void => {
      hash.update(bytes);
      disk.write(file, bytes);
    };
    put(headOf(contents));
    for (const data of Object.values(contents.arrays)) {
      put(bytesOf(data));
      put(new Uint8Array(padded(data.byteLength) - data.byteLength));
    }
    disk.write(file, hash.digest());
  } catch (error) {
    disk.close(file);
    throw error;
  }
  disk.finish(file);
}

/** Reads a file from its start, and adds what it reads to a checksum. */
class Reader {
  readonly #file: number;
  readonly #hash: Hash = createHash('sha256');
  /** Bytes that are left. */
  left: number;

  constructor(file: number) {
    this.#file = file;
    this.left = fstatSync(file).size;
  }

  fill<Bytes extends Uint8Array>(bytes: Bytes, counts = true): Bytes {
    if (bytes.length > this.left) throw new DamagedFileError('it is cut short');
    for (let from = 0; from < bytes.length;) {
      const length = Math.min(2 ** 28, bytes.length - from);
      const read = readSync(this.#file, bytes, from, length, null);
      if (read === 0) throw new DamagedFileError('it is cut short');
      from += read;
    }
    this.left -= bytes.length;
    if (counts) this.#hash.update(bytes);
    return bytes;
  }

  mustMatch(): void {
    const digest = this.#hash.digest();
    if (!digest.equals(this.fill(Buffer.alloc(digestBytes), false))) {
      throw new DamagedFileError('its bytes do not match its checksum');
    }
    if (this.left > 0) throw new DamagedFileError('it goes on after its end');
  }
}

interface Header {
  readonly facts: Contents['facts'];
  readonly entries: readonly Entry[];
}

function readHeader(reader: Reader): Header {
  const start = reader.fill(Buffer.alloc(preamble));
  if (!start.subarray(0, magic.length).equals(magic)) throw new DamagedFileError('it is no checkpoint of nograd');
  const version = start.readUInt32LE(magic.length);
  if (version !== formatVersion) {
    throw new DamagedFileError(`it has format version ${version}, this nograd reads ${formatVersion}`);
  }
  const length = start.readUInt32LE(magic.length + 4);
  if (length > reader.left) throw new DamagedFileError('it is cut short');
  try {
    return fromJson(reader.fill(Buffer.alloc(length)).toString()) as Header;
  } catch (error) {
    throw error instanceof DamagedFileError ? error : new DamagedFileError('its header is no JSON');
  }
}

function readArray([name, type, length]: Entry, reader: Reader): readonly [string, Real] {
  const width = type === 'F32' ? 4 : 8;
  if (!(length * width <= reader.left)) throw new DamagedFileError('it is cut short');
  const data = type === 'F32' ? new Float32Array(length) : new Float64Array(length);
  reader.fill(bytesOf(data));
  reader.fill(new Uint8Array(padded(data.byteLength) - data.byteLength));
  return [name, data];
}

/**
 * Reads a file that {@link writeContents} wrote.
 *
 * @throws DamagedFileError where it is not the same, bit for bit; or what `node:fs` throws.
 */
export function readContents(path: string): Contents {
  const file = openSync(path, 'r');
  try {
    const reader = new Reader(file);
    const { facts, entries } = readHeader(reader);
    const arrays = Object.fromEntries(entries.map((entry) => readArray(entry, reader)));
    reader.mustMatch();
    return { facts, arrays };
  } catch (error) {
    // What a changed header says of the arrays may be anything.
    throw error instanceof TypeError || error instanceof RangeError
      ? new DamagedFileError('its header makes no sense')
      : error;
  } finally {
    closeSync(file);
  }
}

/**
 * The facts of a file alone, without a look at its arrays and its checksum.
 *
 * @throws As {@link readContents}.
 */
export function readFacts(path: string): Contents['facts'] {
  const file = openSync(path, 'r');
  try {
    return readHeader(new Reader(file)).facts;
  } finally {
    closeSync(file);
  }
}
