import { inflateSync } from 'node:zlib';
import { must, UserError } from '../../core/errors.ts';
import type { DataFormat } from './data-format.ts';
import { readBytes } from './file.ts';
import type { RawData, RawValues, ReadOptions } from './raw-data.ts';

/** An array of numbers as a MAT-file has it: first axis fastest. */
interface MatArray {
  readonly name: string;
  readonly extents: readonly number[];
  readonly numbers: ArrayLike<number>;
  /** Whether they are unsigned bytes. */
  readonly bytes: boolean;
}

/** One tagged piece of a MAT-file. */
interface Element {
  readonly type: number;
  readonly data: Uint8Array;
  /** Where the next one begins. */
  readonly next: number;
}

/** Types of elements that hold numbers, by the code of the format: bytes of a number, and how it is read. */
const numberTypes: Readonly<
  Record<number, { bytes: number; read: (view: DataView, at: number, little: boolean) => number }>
> = {
  1: { bytes: 1, read: (view, at) => view.getInt8(at) },
  2: { bytes: 1, read: (view, at) => view.getUint8(at) },
  3: { bytes: 2, read: (view, at, little) => view.getInt16(at, little) },
  4: { bytes: 2, read: (view, at, little) => view.getUint16(at, little) },
  5: { bytes: 4, read: (view, at, little) => view.getInt32(at, little) },
  6: { bytes: 4, read: (view, at, little) => view.getUint32(at, little) },
  7: { bytes: 4, read: (view, at, little) => view.getFloat32(at, little) },
  9: { bytes: 8, read: (view, at, little) => view.getFloat64(at, little) },
  12: { bytes: 8, read: (view, at, little) => Number(view.getBigInt64(at, little)) },
  13: { bytes: 8, read: (view, at, little) => Number(view.getBigUint64(at, little)) },
};

const [matrixType, compressedType, unsignedByte] = [14, 15, 2] as const;
const headerBytes = 128;

/** A MAT-file of level 5, piece by piece. */
class MatReader {
  readonly #path: string;
  readonly #little: boolean;
  readonly #bytes: Uint8Array;

  constructor(path: string, bytes: Uint8Array) {
    const text = new TextDecoder('latin1').decode(bytes.subarray(0, 116));
    must(bytes.length >= headerBytes && text.startsWith('MATLAB 5.0'), () => {
      const found = JSON.stringify(text.slice(0, 20));
      const remedy = text.startsWith('MATLAB 7.3') ? ': it is of version 7.3 (HDF5), save it with -v7' : '';
      return `${path}: not a MAT-file of level 5, it starts with ${found}${remedy}.`;
    });
    this.#path = path;
    this.#bytes = bytes;
    this.#little = bytes[126] === 0x49;
  }

  /** All arrays of numbers; anything else is passed over. */
  arrays(): MatArray[] {
    const found: MatArray[] = [];
    for (let at = headerBytes; at < this.#bytes.length;) {
      const element = this.#element(this.#bytes, at, false);
      const matrix = element.type === compressedType ? this.#element(this.#inflate(element.data), 0, true) : element;
      const array = matrix.type === matrixType ? this.#matrix(matrix.data) : undefined;
      if (array !== undefined) found.push(array);
      at = element.next;
    }
    return found;
  }

  #inflate(data: Uint8Array): Uint8Array {
    try {
      return inflateSync(data);
    } catch (error) {
      throw this.#damaged(error instanceof Error ? error.message : String(error));
    }
  }

  /** The element at a place. Up to 4 bytes of data can stand in the tag itself; what follows begins at a multiple of 8. */
  #element(bytes: Uint8Array, at: number, padded: boolean): Element {
    if (at + 8 > bytes.length) throw this.#damaged(`it ends within the element at byte ${at}`);
    const view = new DataView(bytes.buffer, bytes.byteOffset + at, 8);
    const tag = view.getUint32(0, this.#little);
    if (tag >>> 16 !== 0) {
      return { type: tag & 0xffff, data: bytes.subarray(at + 4, at + 4 + (tag >>> 16)), next: at + 8 };
    }
    const length = view.getUint32(4, this.#little);
    const end = at + 8 + length;
    if (end > bytes.length) {
      throw this.#damaged(`an element of ${length} bytes begins at byte ${at} of ${bytes.length}`);
    }
    return { type: tag, data: bytes.subarray(at + 8, end), next: padded ? at + 8 + 8 * Math.ceil(length / 8) : end };
  }

  /** Array flags, extents, name, numbers: each an element. */
  #matrix(bytes: Uint8Array): MatArray | undefined {
    const flags = this.#element(bytes, 0, true);
    const extents = this.#element(bytes, flags.next, true);
    const name = this.#element(bytes, extents.next, true);
    if (name.next >= bytes.length) return undefined;
    const real = this.#element(bytes, name.next, true);
    if (numberTypes[real.type] === undefined) return undefined;
    return {
      name: new TextDecoder('latin1').decode(name.data),
      extents: this.#numbers(extents),
      numbers: real.type === unsignedByte ? real.data : this.#numbers(real),
      bytes: real.type === unsignedByte,
    };
  }

  #numbers({ type, data }: Element): number[] {
    const { bytes, read } = numberTypes[type]!;
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    return Array.from({ length: Math.floor(data.length / bytes) }, (_, i) => read(view, i * bytes, this.#little));
  }

  #damaged(what: string): UserError {
    return new UserError(`${this.#path}: the MAT-file is damaged or cut short: ${what}. Get the file again.`);
  }
}

const [featureNames, labelNames] = [
  ['X', 'x', 'data', 'features'],
  ['y', 'Y', 'labels', 'label'],
] as const;

/**
 * Samples of an array. Of a matrix the rows are samples; of more axes the last one counts the samples, as SVHN has its images:
 * height x width x channels x samples, which become `[height, width, channels]`.
 */
function samplesOf({ extents, numbers, bytes }: MatArray): Pick<RawData, 'rows' | 'cols' | 'shape' | 'values'> {
  const make = (length: number): RawValues => (bytes ? new Uint8Array(length) : new Float64Array(length));
  const values = make(numbers.length);
  if (extents.length === 2) {
    const [rows, cols] = extents as [number, number];
    for (let col = 0, i = 0; col < cols; col++)
      for (let row = 0; row < rows; row++) values[row * cols + col] = numbers[i++]!;
    return { rows, cols, shape: [cols], values };
  }
  const rows = extents.at(-1)!;
  const cols = extents.slice(0, -1).reduce((size, extent) => size * extent, 1);
  const [height, width] = extents as [number, number];
  const channels = cols / (height * width);
  for (let row = 0, i = 0; row < rows; row++) {
    for (let channel = 0; channel < channels; channel++) {
      for (let x = 0; x < width; x++) {
        for (let y = 0; y < height; y++) values[row * cols + (y * width + x) * channels + channel] = numbers[i++]!;
      }
    }
  }
  return { rows, cols, shape: [height, width, channels], values };
}

/** SVHN counts its digits from 1: 10 stands for 0 (Netzer et al. 2011). Labels 1 to 10 of images become 0 to 9 in that way. */
function labelsOf({ numbers }: MatArray, images: boolean): Float64Array {
  const labels = Float64Array.from(numbers);
  const isSvhn = images && labels.includes(10) && labels.every((label) => label >= 1 && label <= 10);
  return isSvhn ? labels.map((label) => label % 10) : labels;
}

/** Reads the arrays `X` and `y`. Bytes become features in [0, 1]. */
async function read(path: string, options: ReadOptions): Promise<RawData> {
  const arrays = new MatReader(path, await readBytes(path)).arrays();
  const find = (names: readonly string[]): MatArray | undefined =>
    names.map((wanted) => arrays.find(({ name }) => name === wanted)).find((array) => array !== undefined);
  const features = find(featureNames);
  const named = arrays.map(({ name }) => name).join(', ') || 'none';
  must(
    features !== undefined,
    () => `${path}: there is no array of features called ${featureNames.join(', ')}; found: ${named}.`,
  );
  const samples = samplesOf(features);
  const label = options.label === 'none' ? undefined : find(labelNames);
  must(label !== undefined || options.label === 'none', () => {
    return `${path}: there is no array of labels called ${labelNames.join(', ')}; found: ${named}. Or set \`label: none\`.`;
  });
  must(label === undefined || label.numbers.length === samples.rows, () => {
    return `${path}: ${label!.numbers.length} labels in "${label!.name}" for the ${samples.rows} samples of "${features.name}".`;
  });
  const labels = label && labelsOf(label, features.bytes && features.extents.length > 2);
  return { name: path, ...samples, scale: features.bytes ? 1 / 255 : 1, labels, columnNames: undefined };
}

/** MATLAB's files of level 5 (MathWorks, "MAT-File Format"), compressed or not: features in `X`, labels in `y`. */
export const matFormat: DataFormat = { name: 'mat', endings: ['.mat'], read };
