import { deflateSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../core/errors.ts';
import { openData, type RawData, type ReadOptions } from '../../../extensions/data/index.ts';
import { builtInData, builtInFormats, createDataCatalogue } from '../../../extensions/data/data-catalogue.ts';
import { pythonWithNumpy, runPython } from '../../support/python.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = temporaryFolder();
const catalogue = createDataCatalogue(builtInData, builtInFormats);

/** Features and labels as plain arrays. */
const plain = ({
  values,
  labels,
  scale,
  ...raw
}: RawData): { x: number[]; y: unknown; shape: readonly number[]; rows: number } => ({
  x: Array.from(values, (value) => value * scale),
  y: labels && [...labels],
  shape: raw.shape,
  rows: raw.rows,
});

/** What reading the file fails with, `FILE` for its path. */
async function failure(path: string, options: ReadOptions = {}): Promise<string> {
  const error: unknown = await openData(path, options).then(
    () => 'no error',
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UserError);
  return (error as UserError).message.replaceAll(path, 'FILE');
}

/** All rows through the reader of parts, in two parts. */
async function inParts(path: string, options: ReadOptions = {}): Promise<{ x: number[]; y: unknown[] }> {
  const file = await catalogue.openRows(path, options);
  const found = { x: [] as number[], y: [] as unknown[] };
  const middle = Math.floor(file.units / 2);
  for (const [from, to] of [
    [0, middle],
    [middle, file.units],
  ] as const) {
    await file.read(from, to, (features, label) => {
      found.x.push(...features);
      found.y.push(label);
      return true;
    });
  }
  return found;
}

/** A .npy file of double precision. */
function npy(shape: readonly number[], values: readonly number[]): Uint8Array {
  const text = `{'descr': '<f8', 'fortran_order': False, 'shape': (${shape.join(', ')},), }\n`;
  const magic = [0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, text.length, 0];
  return Uint8Array.from([
    ...magic,
    ...new TextEncoder().encode(text),
    ...new Uint8Array(Float64Array.from(values).buffer),
  ]);
}

describe('npz files', () => {
  const write = (arrays: Record<string, Uint8Array>): string => {
    const files = Object.entries(arrays).map(([name, bytes]) => [`${name}.npy`, bytes]);
    return folder.write('a.npz', zipSync(Object.fromEntries(files) as Record<string, Uint8Array>));
  };

  it('have features and labels in arrays of their own, or a table with a label column', async () => {
    const x = npy([3, 2], [1, 2, 3, 4, 5, 6]);
    const path = write({ x, y: npy([3], [7, 8, 7]), other: npy([1, 1], [0]) });
    expect(plain(await openData(path))).toEqual({ x: [1, 2, 3, 4, 5, 6], y: [7, 8, 7], shape: [2], rows: 3 });
    expect(await inParts(path)).toEqual({ x: [1, 2, 3, 4, 5, 6], y: [7, 8, 7] });
    expect(plain(await openData(path, { label: 'none' })).y).toBeUndefined();
    expect(plain(await openData(write({ whatever: x })))).toMatchObject({ x: [1, 3, 5], y: [2, 4, 6] });
  });

  it('are refused with the array that is wrong', async () => {
    expect(await failure(write({ x: npy([3, 1], [1, 2, 3]), y: npy([2], [0, 1]) }))).toBe(
      'FILE[y]: 2 x 1 labels for 3 samples.',
    );
    expect(await failure(write({ a: npy([1, 1], [1]), b: npy([1, 1], [1]) }))).toContain(
      'which of the arrays a, b are the features?',
    );
    expect(await failure(folder.write('b.npz', 'no zip'))).toMatch(/^FILE: not a whole npz file: /);
  });

  it.skipIf(pythonWithNumpy() === undefined)(
    'are those that NumPy writes, compressed (skipped without NumPy)',
    async () => {
      const path = folder.write('np.npz', '');
      runPython(
        'import numpy\nnumpy.savez_compressed(data, x=numpy.arange(12.0).reshape(3, 2, 2), y=[[1], [0], [1]])\nresult = 0',
        path,
      );
      expect(plain(await openData(path))).toEqual({ x: [...Array(12).keys()], y: [1, 0, 1], shape: [2, 2], rows: 3 });
    },
  );
});

describe('svmlight files', () => {
  const write = (text: string): string => folder.write('a.svm', text);

  it('hold the features that are not zero', async () => {
    const path = write('# a comment\n+1 1:0.5 3:-2e1 # more\n\n-1 qid:3 2:1\r\n1\n');
    expect(plain(await openData(path))).toEqual({
      x: [0.5, 0, -20, 0, 1, 0, 0, 0, 0],
      y: [1, -1, 1],
      shape: [3],
      rows: 3,
    });
    expect((await inParts(path)).y).toEqual([1, -1, 1]);
    expect(plain(await openData(folder.writeGzip('b.libsvm.gz', '0 1:1\n1 1:2\n'))).x).toEqual([1, 2]);
  });

  it.each([
    ['1 1:2\nx 1:2\n', 'FILE:2:1: the label "x" is not a number.'],
    ['1 1:2 1:3\n', 'FILE:1:3: "1:3" is not index:value, the index above 1.'],
    ['1 0:2\n', 'FILE:1:2: "0:2" is not index:value, the index at least 1.'],
    ['1 1:2\n1 2:\n', 'FILE:2:2: "2:" is not index:value, the index at least 1.'],
    ['1 1:2\n1 2:nan\n', 'FILE:2:2: "2:nan" is not index:value, the index at least 1.'],
    ['\n', 'FILE: there are no samples.'],
    [
      '1 1:1\n0 2147483647:1\n',
      'FILE: 2 samples of 2147483647 features are too many for a dense table; choose features first.',
    ],
  ])('of %j are refused: %s', async (text, expected) => {
    expect(await failure(write(text))).toBe(expected);
  });
});

describe('Parquet files', () => {
  const write = (columns: Parameters<typeof parquetWriteBuffer>[0]['columnData']): string =>
    folder.write('a.parquet', new Uint8Array(parquetWriteBuffer({ columnData: columns, rowGroupSize: 2 })));
  const columns = [
    { name: 'kind', data: ['a', 'b', 'a', 'b', 'b'], type: 'STRING' as const },
    { name: 'u', data: [1, 2, 3, 4, 5], type: 'INT32' as const },
    { name: 'v', data: [0.5, 1.5, 2.5, 3.5, 4.5], type: 'DOUBLE' as const },
  ];

  it('are tables of numbers with a label column, read by row groups', async () => {
    const path = write(columns);
    const x = [1, 0.5, 2, 1.5, 3, 2.5, 4, 3.5, 5, 4.5];
    const y = ['a', 'b', 'a', 'b', 'b'];
    expect(plain(await openData(path, { label: 'kind' }))).toEqual({ x, y, shape: [2], rows: 5 });
    expect(await inParts(path, { label: 'first' })).toEqual({ x, y });
    const numbers = write(columns.slice(1));
    expect(plain(await openData(numbers))).toMatchObject({ x: [1, 2, 3, 4, 5], y: [0.5, 1.5, 2.5, 3.5, 4.5] });
    expect(plain(await openData(numbers, { label: 'none' })).shape).toEqual([2]);
  });

  it('are refused with row and column', async () => {
    expect(await failure(write(columns))).toBe('FILE, row 1, column 1 ("kind"): "a" is not a finite number.');
    const missing = { name: 'u', data: [1, 2, null, 4, 5], type: 'INT32' as const, nullable: true };
    expect(await failure(write([missing, columns[0]!]))).toBe(
      'FILE, row 3, column 1 ("u"): no value is not a finite number.',
    );
    expect(await failure(write(columns), { label: 'kinds' })).toBe(
      'FILE: no column is called "kinds". Did you mean "kind"? Columns: kind, u, v.',
    );
    expect(await failure(folder.write('b.parquet', 'PAR1 no'))).toMatch(/^FILE: cannot be read as Parquet \(/);
  });
});

describe('CIFAR files', () => {
  /** Records of that many label bytes. */
  const records = (labels: readonly (readonly number[])[]): Uint8Array =>
    Uint8Array.from(
      labels.flatMap((label, row) => [...label, ...Array.from({ length: 3072 }, (_, i) => (i + row) % 256)]),
    );

  it.each([
    ['CIFAR-10', [[3], [9], [3]], [3, 9, 3]],
    [
      'CIFAR-100',
      [
        [1, 30],
        [2, 99],
      ],
      [30, 99],
    ],
  ])('of %s are colour images with their class', async (_, labels, classes) => {
    const path = folder.write('data_batch_1.bin', records(labels));
    const { x, y, shape, rows } = plain(await openData(path));
    expect([y, shape, rows]).toEqual([classes, [32, 32, 3], labels.length]);
    // Planes of 1,024 bytes, which are 0 modulo 256.
    expect([x[0], x[1], x[3], x[3072]]).toEqual([0, 0, 1 / 255, 1 / 255]);
    expect(await inParts(path)).toEqual({ x, y });
  });

  it('are refused where they are cut short', async () => {
    const path = folder.write('cut.bin', records([[1], [2]]).subarray(0, 5000));
    expect(await failure(path)).toBe(
      'FILE: 5000 bytes are no whole number of CIFAR records (3073 bytes, of CIFAR-100 3074).',
    );
  });
});

describe('MAT files', () => {
  const little = (value: number, bytes: number): number[] =>
    Array.from({ length: bytes }, (_, i) => (value / 256 ** i) & 255);
  const element = (type: number, data: readonly number[]): number[] => [
    ...little(type, 4),
    ...little(data.length, 4),
    ...data,
    ...new Array<number>((8 - (data.length % 8)) % 8).fill(0),
  ];

  /** An array of unsigned bytes, compressed or not. */
  function matrix(name: string, extents: readonly number[], numbers: readonly number[], compressed: boolean): number[] {
    const pieces = [
      element(6, [...little(9, 4), ...little(0, 4)]),
      element(
        5,
        extents.flatMap((extent) => little(extent, 4)),
      ),
      element(1, Array.from(new TextEncoder().encode(name))),
      element(2, numbers),
    ];
    const whole = element(14, pieces.flat());
    if (!compressed) return whole;
    const data = [...deflateSync(Uint8Array.from(whole))];
    return [...little(15, 4), ...little(data.length, 4), ...data];
  }

  const header = [...Buffer.from('MATLAB 5.0 MAT-file, made by a test'.padEnd(124)), 0, 1, 0x49, 0x4d];
  const write = (...parts: readonly number[][]): string =>
    folder.write('a.mat', Uint8Array.from([...header, ...parts.flat()]));

  it.each([true, false])(
    'have images as SVHN does, and its 10 for the digit 0 (compressed: %s)',
    async (compressed) => {
      // 2 x 3 pixels, 2 channels, 2 images: first axis fastest.
      const numbers = Array.from({ length: 24 }, (_, i) => i);
      const path = write(matrix('X', [2, 3, 2, 2], numbers, compressed), matrix('y', [2, 1], [10, 2], compressed));
      const { x, y, shape } = plain(await openData(path));
      expect([y, shape]).toEqual([
        [0, 2],
        [2, 3, 2],
      ]);
      const first = [0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11];
      expect(x.map((value) => Math.round(value * 255))).toEqual([...first, ...first.map((value) => value + 12)]);
    },
  );

  it.skipIf(pythonWithNumpy() === undefined)('are those that SciPy writes (skipped without SciPy)', async () => {
    const path = folder.write('scipy.mat', '');
    const script = `import numpy, scipy.io
x = numpy.arange(10.0).reshape(5, 2) / 4
scipy.io.savemat(data, {'X': x, 'y': [[1], [2], [10], [2], [1]], 'note': 'text', 's': {'a': 1}}, do_compression=True)
result = 0`;
    runPython(script, path);
    const { x, y, shape } = plain(await openData(path));
    expect([x, y, shape]).toEqual([Array.from({ length: 10 }, (_, i) => i / 4), [1, 2, 10, 2, 1], [2]]);
  });

  it('are refused with what is wrong', async () => {
    expect(await failure(folder.write('b.mat', 'MATLAB 7.3 MAT-file'))).toBe(
      'FILE: not a MAT-file of level 5, it starts with "MATLAB 7.3 MAT-file": it is of version 7.3 (HDF5), save it with -v7.',
    );
    expect(await failure(write(matrix('X', [2, 1], [1, 2], true)))).toBe(
      'FILE: there is no array of labels called y, Y, labels, label; found: X. Or set `label: none`.',
    );
    expect(await failure(write(matrix('y', [2, 1], [1, 2], true)))).toContain('no array of features called X');
    expect(await failure(write(matrix('X', [2, 1], [1, 2], true), matrix('y', [3, 1], [1, 2, 1], true)))).toBe(
      'FILE: 3 labels in "y" for the 2 samples of "X".',
    );
    const whole = matrix('X', [2, 1], [1, 2], false);
    expect(await failure(write(whole.slice(0, 20)))).toMatch(
      /^FILE: the MAT-file is damaged or cut short: an element of/,
    );
  });
});
