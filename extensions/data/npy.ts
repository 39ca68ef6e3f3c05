import { must, UserError } from '../../core/errors.ts';
import type { DataFormat } from './data-format.ts';
import { isCompressed, readBytes, readHead } from './file.ts';
import { labelColumn, type RawData, type RawValues, type ReadOptions } from './raw-data.ts';
import { readFixedRows } from './rows/fixed-rows.ts';
import type { OpenRowsOptions, RowFile } from './rows/row-file.ts';
import { wholeRows } from './rows/whole-rows.ts';

/** An element type: its size, the array it is read into, and how one element is read (little-endian). */
interface ElementType {
  readonly bytes: number;
  readonly array: (length: number) => RawValues;
  readonly read: (view: DataView, at: number) => number;
}

/** More than any header has. */
const headBytes = 1 << 16;

const doubles = (length: number): RawValues => new Float64Array(length);

const elementTypes: Readonly<Record<string, ElementType>> = {
  '|u1': { bytes: 1, array: (length) => new Uint8Array(length), read: (view, at) => view.getUint8(at) },
  '<i4': { bytes: 4, array: doubles, read: (view, at) => view.getInt32(at, true) },
  '<i8': { bytes: 8, array: doubles, read: (view, at) => Number(view.getBigInt64(at, true)) },
  '<f4': { bytes: 4, array: (length) => new Float32Array(length), read: (view, at) => view.getFloat32(at, true) },
  '<f8': { bytes: 8, array: doubles, read: (view, at) => view.getFloat64(at, true) },
};

/** What the header of an array says. */
interface NpyHeader {
  readonly extents: readonly number[];
  readonly fortranOrder: boolean;
  readonly type: ElementType;
  /** Where the elements begin. */
  readonly start: number;
}

/** The header's text and where the elements start. Version 1 has a 16-bit header length, versions 2 and 3 a 32-bit one. */
function headerText(path: string, bytes: Uint8Array): { readonly text: string; readonly start: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = String.fromCharCode(...bytes.subarray(0, 6));
  must(
    magic === '\x93NUMPY' && bytes.length >= 12,
    () => `${path}: not an npy file: its first bytes are not "\\x93NUMPY".`,
  );
  const version = bytes[6]!;
  must(version >= 1 && version <= 3, () => `${path}: npy version ${version} is not known, expected 1, 2 or 3.`);
  const from = version === 1 ? 10 : 12;
  const start = from + (version === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  must(start <= bytes.length, () => `${path}: the header is cut short: ${bytes.length} bytes, expected ${start}.`);
  return { text: new TextDecoder().decode(bytes.subarray(from, start)), start };
}

/**
 * Reads the header of a `.npy` file (NumPy enhancement proposal 1, "A simple file format for NumPy arrays").
 *
 * @param bytes - At least the header.
 * @param length - Bytes of the whole file.
 */
function headerOf(path: string, bytes: Uint8Array, length: number): NpyHeader {
  const { text, start } = headerText(path, bytes);
  const descr = /'descr':\s*'([^']*)'/.exec(text)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape':\s*\(([\d,\s]*)\)/.exec(text)?.[1];
  if (order === undefined || shape === undefined) {
    throw new UserError(`${path}: the npy header is not understood: ${JSON.stringify(text.slice(0, 100))}.`);
  }
  const type = elementTypes[descr ?? ''];
  if (type === undefined) {
    const known = Object.keys(elementTypes).join(', ');
    throw new UserError(
      `${path}: elements of type ${descr ?? 'object or record'} are not read. Known: ${known}. Convert with astype.`,
    );
  }
  const extents = shape
    .split(',')
    .filter((extent) => extent.trim() !== '')
    .map(Number);
  const expected = extents.reduce((size, extent) => size * extent, type.bytes);
  must(length - start === expected, () => {
    return `${path}: ${extents.join(' x ')} of ${descr} is ${expected} bytes, but the file has ${length - start}.`;
  });
  return { extents, fortranOrder: order === 'True', type, start };
}

/** What an array of samples holds: a table with a label column, or samples of any layout without labels. */
interface NpyTable extends NpyHeader {
  readonly rows: number;
  readonly width: number;
  /** The column of the label, or -1. */
  readonly label: number;
  /** Layout of a sample's features. */
  readonly shape: readonly number[];
}

/** What is known of an array besides its bytes. */
export interface NpyOptions extends ReadOptions {
  /** Take an array of one axis for a table of one column. Default: refuse it. */
  readonly vector?: boolean;
}

function tableOf(path: string, header: NpyHeader, options: NpyOptions): NpyTable {
  const { fortranOrder } = header;
  const extents = options.vector === true && header.extents.length === 1 ? [...header.extents, 1] : header.extents;
  const axes = extents.length;
  must(axes >= 2, () => `${path}: the array has ${axes} axes (${extents.join(' x ')}), expected samples x features.`);
  const [rows = 0, ...rest] = extents;
  const width = rest.reduce((size, extent) => size * extent, 1);
  const label = labelColumn(path, options.label ?? 'last', width);
  must(
    axes === 2 || label < 0,
    () => `${path}: only a table of 2 axes has a label column, this has ${axes}: set \`label: none\`.`,
  );
  must(
    axes === 2 || !fortranOrder,
    () => `${path}: ${axes} axes in Fortran order: save numpy.ascontiguousarray of it.`,
  );
  return { ...header, rows, width, label, shape: label < 0 ? rest : [width - 1] };
}

/** Reads an array from the bytes of its file. */
export function readNpy(path: string, bytes: Uint8Array, options: NpyOptions): RawData {
  const table = tableOf(path, headerOf(path, bytes, bytes.length), options);
  const { rows, width, label, shape, type, fortranOrder, start } = table;
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, bytes.length - start);
  const cols = label < 0 ? width : width - 1;
  const values = type.array(rows * cols);
  const labels = label < 0 ? undefined : new Float64Array(rows);
  for (let row = 0, i = 0; row < rows; row++) {
    for (let col = 0; col < width; col++) {
      const value = type.read(view, type.bytes * (fortranOrder ? col * rows + row : row * width + col));
      if (col === label) labels![row] = value;
      else values[i++] = value;
    }
  }
  return { name: path, rows, cols, shape, values, scale: 1, labels, columnNames: undefined };
}

/** Ranges of rows where a row lies together and the file is not compressed; else every rank reads all. */
async function open(path: string, options: OpenRowsOptions): Promise<RowFile> {
  if (await isCompressed(path)) return wholeRows(readNpy(path, await readBytes(path), options));
  const { bytes, length } = await readHead(path, headBytes);
  const table = tableOf(path, headerOf(path, bytes, length), options);
  if (table.fortranOrder) return wholeRows(readNpy(path, await readBytes(path), options));
  const { rows, width, label, shape, type, start } = table;
  const cols = label < 0 ? width : width - 1;
  const features = new Float64Array(cols);
  return {
    name: path,
    cols,
    shape,
    labelled: label >= 0,
    units: rows,
    estimatedRows: rows,
    read: (from, to, visit) =>
      readFixedRows({ path, start, rowBytes: width * type.bytes }, from, to, (view, at, row) => {
        const place = (): string => `${path}, row ${row + 1}`;
        let own: number | undefined;
        for (let col = 0, i = 0; col < width; col++, at += type.bytes) {
          const value = type.read(view, at);
          if (!Number.isFinite(value)) {
            throw new UserError(`${place()}, column ${col + 1}: ${value} is not a finite number.`);
          }
          if (col === label) own = value;
          else features[i++] = value;
        }
        return visit(features, own, row, place);
      }),
  };
}

/** NumPy's own format: unsigned bytes, 32- and 64-bit integers and floats, little-endian, C or Fortran order. */
export const npyFormat: DataFormat = {
  name: 'npy',
  endings: ['.npy'],
  read: async (path, options) => readNpy(path, await readBytes(path), options),
  open,
};
