import { access } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { must, UserError } from '../../core/errors.ts';
import type { DataFormat } from './data-format.ts';
import { isCompressed, readBytes, readHead } from './file.ts';
import type { RawData, ReadOptions } from './raw-data.ts';
import { bytesInRows } from './rows/byte-rows.ts';
import type { OpenRowsOptions, RowFile } from './rows/row-file.ts';
import { wholeRows } from './rows/whole-rows.ts';

/** An array of unsigned bytes, as an idx file holds it. */
interface IdxArray {
  readonly extents: readonly number[];
  readonly bytes: Uint8Array;
}

const unsignedByte = 0x08;
const hexadecimal = (value: number): string => `0x${value.toString(16).padStart(2, '0')}`;

/** What the header of an idx file says. */
interface IdxHeader {
  readonly extents: readonly number[];
  /** Where the elements begin. */
  readonly start: number;
}

/**
 * The header of an idx file: bytes 0, 0, element type, number of axes; then one big-endian 32-bit extent an axis; then the
 * elements follow, last axis fastest (LeCun, Cortes and Burges, "The MNIST database").
 *
 * @param bytes - At least the header.
 * @param length - Bytes of the whole file.
 */
function headerOf(path: string, bytes: Uint8Array, length: number): IdxHeader {
  must(bytes.length >= 4, () => `${path}: ${bytes.length} bytes are too few for an idx file.`);
  const [zero, alsoZero, type, axes] = bytes as unknown as [number, number, number, number];
  must(zero === 0 && alsoZero === 0 && axes > 0, () => {
    const magic = Array.from(bytes.subarray(0, 4), hexadecimal).join(' ');
    return `${path}: not an idx file: it starts with ${magic}, expected 0x00 0x00, a type, and the number of axes.`;
  });
  must(
    type === unsignedByte,
    () => `${path}: elements have type ${hexadecimal(type)}, only unsigned bytes (0x08) are read.`,
  );
  const start = 4 + 4 * axes;
  must(bytes.length >= start, () => `${path}: the header is cut short: ${bytes.length} bytes, expected ${start}.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const extents = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis));
  const expected = extents.reduce((size, extent) => size * extent, 1);
  must(length - start === expected, () => {
    return `${path}: ${extents.join(' x ')} is ${expected} bytes of elements, but the file has ${length - start}.`;
  });
  return { extents, start };
}

async function readIdx(path: string): Promise<IdxArray> {
  const bytes = await readBytes(path);
  const { extents, start } = headerOf(path, bytes, bytes.length);
  return { extents, bytes: bytes.subarray(start) };
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/**
 * The label file beside an image file, by the naming rule of MNIST: `images` becomes `labels`, `idx3` becomes `idx1`; either
 * may be compressed.
 *
 * @throws UserError when the name does not follow the rule, or there is no such file.
 */
export async function labelFile(images: string): Promise<string> {
  const name = basename(images);
  const at = name.lastIndexOf('images');
  must(at >= 0, () => {
    return `${images}: to find the file of labels the name has to contain "images", as in train-images-idx3-ubyte; or set \`label: none\`.`;
  });
  const labels = `${name.slice(0, at)}labels${name.slice(at + 'images'.length).replace(/idx\d/, 'idx1')}`;
  const plain = labels.replace(/\.gz$/, '');
  for (const candidate of [labels, plain, `${plain}.gz`]) {
    const path = join(dirname(images), candidate);
    if (await exists(path)) return path;
  }
  throw new UserError(`${images}: its labels are missing: there is no file "${labels}" beside it.`);
}

async function readLabels(images: string, samples: number): Promise<Float64Array> {
  const path = await labelFile(images);
  const { extents, bytes } = await readIdx(path);
  must(extents.length === 1, () => `${path}: labels have one axis, got ${extents.length} (${extents.join(' x ')}).`);
  must(bytes.length === samples, () => `${path}: ${bytes.length} labels for the ${samples} images of ${images}.`);
  return Float64Array.from(bytes);
}

/** The layout of one image. Images of two axes get one channel: `[height, width, 1]`. */
function imageShape(path: string, [rows = 0, ...rest]: readonly number[]): readonly number[] {
  must(
    rest.length > 0,
    () => `${path}: has one axis (${rows} numbers): this is a file of labels, name the one of images.`,
  );
  return rest.length === 2 ? [...rest, 1] : rest;
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, extent) => size * extent, 1);

/** Reads images and their labels. Bytes 0 to 255 become features in [0, 1]. */
async function read(path: string, options: ReadOptions): Promise<RawData> {
  const { extents, bytes } = await readIdx(path);
  const [rows = 0] = extents;
  const shape = imageShape(path, extents);
  return {
    name: path,
    rows,
    cols: sizeOf(shape),
    shape,
    values: bytes,
    scale: 1 / 255,
    labels: options.label === 'none' ? undefined : await readLabels(path, rows),
    columnNames: undefined,
  };
}

/** Ranges of images, beside all labels. */
async function open(path: string, options: OpenRowsOptions): Promise<RowFile> {
  if (await isCompressed(path)) return wholeRows(await read(path, options));
  const { bytes, length } = await readHead(path, 4 + 4 * 255);
  const { extents, start } = headerOf(path, bytes, length);
  const [rows = 0] = extents;
  const shape = imageShape(path, extents);
  const cols = sizeOf(shape);
  const labels = options.label === 'none' ? undefined : await readLabels(path, rows);
  return bytesInRows(
    { path, start, rowBytes: cols },
    {
      rows,
      shape,
      bytesAt: Int32Array.from({ length: cols }, (_, j) => j),
      ...(labels && { label: (row: number) => labels[row]! }),
    },
  );
}

/** The format of MNIST and its relatives: unsigned bytes in [0, 255] read as features in [0, 1]. */
export const idxFormat: DataFormat = {
  name: 'idx',
  endings: ['.idx', '-ubyte', '.idx1', '.idx3', '.idx4'],
  read,
  open,
};
