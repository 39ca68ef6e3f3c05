import { unzipSync } from 'fflate';
import { must, UserError } from '../../core/errors.ts';
import type { DataFormat } from './data-format.ts';
import { readBytes } from './file.ts';
import { readNpy } from './npy.ts';
import type { RawData, ReadOptions } from './raw-data.ts';

/** Names of the array of features and of that of labels, in the order in which they are looked for. */
const [featureNames, labelNames] = [
  ['x', 'X', 'data', 'features', 'images', 'x_train', 'arr_0'],
  ['y', 'Y', 'labels', 'label', 'target', 'targets', 'y_train', 'arr_1'],
] as const;

function unpack(path: string, bytes: Uint8Array): Map<string, Uint8Array> {
  try {
    const files = Object.entries(unzipSync(bytes)).filter(([name]) => name.endsWith('.npy'));
    return new Map(files.map(([name, content]) => [name.slice(0, -'.npy'.length), content]));
  } catch (error) {
    throw new UserError(`${path}: not a whole npz file: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

function labelsOf(path: string, name: string, bytes: Uint8Array, rows: number): Float64Array {
  const place = `${path}[${name}]`;
  // As a table of one column, whether it has one axis or two.
  const { values, rows: labels, cols } = readNpy(place, bytes, { label: 'none', vector: true });
  must(cols === 1 && labels === rows, () => `${place}: ${labels} x ${cols} labels for ${rows} samples.`);
  return Float64Array.from(values);
}

/** Reads the arrays `x` and `y` (or whatever else they are usually called); without `y` the label is a column of `x`. */
async function read(path: string, options: ReadOptions): Promise<RawData> {
  const arrays = unpack(path, await readBytes(path));
  const names = [...arrays.keys()];
  const features = names.length === 1 ? names[0] : featureNames.find((name) => arrays.has(name));
  if (features === undefined) {
    throw new UserError(
      `${path}: which of the arrays ${names.join(', ') || '(none)'} are the features? One has to be called ${featureNames.join(', ')}.`,
    );
  }
  const label = options.label === 'none' ? undefined : labelNames.find((name) => arrays.has(name));
  const place = `${path}[${features}]`;
  const raw = readNpy(place, arrays.get(features)!, label === undefined ? options : { label: 'none' });
  return label === undefined ? raw : { ...raw, labels: labelsOf(path, label, arrays.get(label)!, raw.rows) };
}

/** NumPy's archives of several arrays: features in `x`, labels in `y`. */
export const npzFormat: DataFormat = { name: 'npz', endings: ['.npz'], read };
