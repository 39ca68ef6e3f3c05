import { must } from '../../core/errors.ts';
import type { DataFormat } from './data-format.ts';
import { isCompressed, readBytes, readHead } from './file.ts';
import type { RawData, ReadOptions } from './raw-data.ts';
import { bytesInRows } from './rows/byte-rows.ts';
import type { OpenRowsOptions, RowFile } from './rows/row-file.ts';
import { wholeRows } from './rows/whole-rows.ts';

const shape = [32, 32, 3] as const;
const plane = 32 * 32;
const pixels = 3 * plane;

/** Where a feature is among the bytes of an image: planes of red, green and blue there, pixel by pixel here. */
const order = Int32Array.from({ length: pixels }, (_, j) => (j % 3) * plane + Math.floor(j / 3));

/** Bytes before the pixels: the class; of CIFAR-100 the coarse class, then the fine one, which is taken. */
function labelBytes(path: string, length: number): number {
  const found = [1, 2].find((labels) => length > 0 && length % (labels + pixels) === 0);
  must(found !== undefined, () => {
    return `${path}: ${length} bytes are no whole number of CIFAR records (${1 + pixels} bytes, of CIFAR-100 ${2 + pixels}).`;
  });
  return found;
}

async function read(path: string, options: ReadOptions): Promise<RawData> {
  const bytes = await readBytes(path);
  const labels = labelBytes(path, bytes.length);
  const rows = bytes.length / (labels + pixels);
  const values = new Uint8Array(rows * pixels);
  const classes = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const at = row * (labels + pixels) + labels;
    for (let j = 0; j < pixels; j++) values[row * pixels + j] = bytes[at + order[j]!]!;
    classes[row] = bytes[at - 1]!;
  }
  const own = options.label === 'none' ? undefined : classes;
  return { name: path, rows, cols: pixels, shape, values, scale: 1 / 255, labels: own, columnNames: undefined };
}

async function open(path: string, options: OpenRowsOptions): Promise<RowFile> {
  if (await isCompressed(path)) return wholeRows(await read(path, options));
  const { length } = await readHead(path, 0);
  const labels = labelBytes(path, length);
  const label = (_row: number, bytes: DataView, at: number): number => bytes.getUint8(at + labels - 1);
  const rowBytes = labels + pixels;
  const rows = {
    rows: length / rowBytes,
    shape,
    bytesAt: order.map((at) => labels + at),
    ...(options.label !== 'none' && { label }),
  };
  return bytesInRows({ path, start: 0, rowBytes }, rows);
}

/** The binary version of CIFAR-10 and CIFAR-100 (Krizhevsky 2009): a class, then 32 x 32 bytes of red, green and blue. */
export const cifarFormat: DataFormat = { name: 'cifar', endings: ['.bin'], read, open };
