import { must, UserError } from '../../core/errors.ts';
import type { DataFormat } from './data-format.ts';
import { readBytes } from './file.ts';
import { labelColumn, type RawData, type RawValues, type ReadOptions } from './raw-data.ts';

/** An element type: its size, the array it is read into, and how one element is read (little-endian). */
interface ElementType {
  readonly bytes: number;
  readonly array: (length: number) => RawValues;
  readonly read: (view: DataView, at: number) => number;
}

const doubles = (length: number): RawValues => new Float64Array(length);

const elementTypes: Readonly<Record<string, ElementType>> = {
  '|u1': { bytes: 1, array: (length) => new Uint8Array(length), read: (view, at) => view.getUint8(at) },
  '<i4': { bytes: 4, array: doubles, read: (view, at) => view.getInt32(at, true) },
  '<i8': { bytes: 8, array: doubles, read: (view, at) => Number(view.getBigInt64(at, true)) },
  '<f4': { bytes: 4, array: (length) => new Float32Array(length), read: (view, at) => view.getFloat32(at, true) },
  '<f8': { bytes: 8, array: doubles, read: (view, at) => view.getFloat64(at, true) },
};

interface NpyArray {
  readonly extents: readonly number[];
  readonly fortranOrder: boolean;
  readonly type: ElementType;
  readonly view: DataView;
}

/** The header's text and where the elements start. Version 1 has a 16-bit header length, versions 2 and 3 a 32-bit one. */
function headerOf(path: string, bytes: Uint8Array): { readonly text: string; readonly start: number } {
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

/** Reads the array of a `.npy` file (NumPy enhancement proposal 1, "A simple file format for NumPy arrays"). */
async function readNpy(path: string): Promise<NpyArray> {
  const bytes = await readBytes(path);
  const { text, start } = headerOf(path, bytes);
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
  must(bytes.length - start === expected, () => {
    return `${path}: ${extents.join(' x ')} of ${descr} is ${expected} bytes, but the file has ${bytes.length - start}.`;
  });
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, expected);
  return { extents, fortranOrder: order === 'True', type, view };
}

/** Reads a table with its label column, or samples of any layout without labels. */
async function read(path: string, options: ReadOptions): Promise<RawData> {
  const { extents, fortranOrder, type, view } = await readNpy(path);
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
  return { name: path, rows, cols, shape: label < 0 ? rest : [cols], values, scale: 1, labels, columnNames: undefined };
}

/** NumPy's own format: unsigned bytes, 32- and 64-bit integers and floats, little-endian, C or Fortran order. */
export const npyFormat: DataFormat = { name: 'npy', endings: ['.npy'], read };
