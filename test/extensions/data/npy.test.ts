import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../core/errors.ts';
import { npyFormat } from '../../../extensions/data/npy.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = temporaryFolder();

/** The bytes of an npy file of that version around a header text. */
function npy(header: string, elements: Uint8Array, version = 1): Uint8Array {
  const text = new TextEncoder().encode(`${header}\n`);
  const length = version === 1 ? [text.length & 255, text.length >> 8] : [text.length & 255, text.length >> 8, 0, 0];
  const magic = [0x93, ...new TextEncoder().encode('NUMPY'), version, 0];
  return Uint8Array.from([...magic, ...length, ...text, ...elements]);
}

const describeArray = (descr: string, shape: string, order = 'False'): string =>
  `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }`;
const bytesOf = (array: ArrayBufferView): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

describe('the npy reader', () => {
  it.each([
    ['|u1', Uint8Array.of(1, 2, 3, 4, 5, 255)],
    ['<i4', Int32Array.of(1, -2, 3, 4, 5, 6)],
    ['<i8', BigInt64Array.of(1n, -2n, 3n, 4n, 5n, 6n)],
    ['<f4', Float32Array.of(1, -2.5, 3, 4, 5, 6)],
    ['<f8', Float64Array.of(1, -2.1, 3, 4, 5, 6)],
  ])('reads a table of %s, in every version, with the label in either column', async (descr, array) => {
    const [a, b, c, d, e, f] = Array.from(array as ArrayLike<number | bigint>, Number);
    for (const version of [1, 2, 3]) {
      const path = folder.write('a.npy', npy(describeArray(descr, '(2, 3)'), bytesOf(array), version));
      const last = await npyFormat.read(path, {});
      expect([[...last.values], [...last.labels!]]).toEqual([
        [a, b, d, e],
        [c, f],
      ]);
      const first = await npyFormat.read(path, { label: 'first' });
      expect([[...first.values], [...first.labels!], first.shape]).toEqual([[b, c, e, f], [a, d], [2]]);
    }
  });

  it('reads a table in Fortran order', async () => {
    const elements = bytesOf(Float64Array.of(1, 2, 10, 20, 0, 1));
    const path = folder.write('fortran.npy', npy(describeArray('<f8', '(2, 3)', 'True'), elements));
    const raw = await npyFormat.read(path, {});
    expect([[...raw.values], [...raw.labels!]]).toEqual([
      [1, 10, 2, 20],
      [0, 1],
    ]);
  });

  it('reads samples of several axes without labels', async () => {
    const path = folder.write('images.npy', npy(describeArray('|u1', '(2, 1, 2)'), Uint8Array.of(1, 2, 3, 4)));
    const raw = await npyFormat.read(path, { label: 'none' });
    expect(raw).toMatchObject({ rows: 2, cols: 2, shape: [1, 2], labels: undefined });
  });
});

describe('the npy reader refuses', () => {
  const four = Uint8Array.of(1, 2, 3, 4);
  it.each([
    ['a foreign file', four, 'FILE: not an npy file: its first bytes are not "\\x93NUMPY".'],
    ['an unknown version', npy('', four, 9), 'FILE: npy version 9 is not known, expected 1, 2 or 3.'],
    [
      'half a header',
      npy(describeArray('|u1', '(2, 2)'), four).slice(0, 20),
      'FILE: the header is cut short: 20 bytes, expected 70.',
    ],
    ['a header of another kind', npy('hello', four), 'FILE: the npy header is not understood: "hello\\n".'],
    [
      'big-endian numbers',
      npy(describeArray('>f8', '(1, 1)'), four),
      'FILE: elements of type >f8 are not read. Known: |u1, <i4, <i8, <f4, <f8. Convert with astype.',
    ],
    [
      'missing elements',
      npy(describeArray('<f4', '(2, 2)'), four),
      'FILE: 2 x 2 of <f4 is 16 bytes, but the file has 4.',
    ],
    [
      'a single axis',
      npy(describeArray('|u1', '(4,)'), four),
      'FILE: the array has 1 axes (4), expected samples x features.',
    ],
    [
      'a label column in images',
      npy(describeArray('|u1', '(1, 2, 2)'), four),
      'FILE: only a table of 2 axes has a label column, this has 3: set `label: none`.',
    ],
  ])('%s', async (_, bytes, message) => {
    const path = folder.write('bad.npy', bytes);
    await expect(npyFormat.read(path, {})).rejects.toThrow(new UserError(message.replace('FILE', path)));
  });

  it('Fortran order of several axes, and the name of a column', async () => {
    const path = folder.write('bad.npy', npy(describeArray('|u1', '(1, 2, 2)', 'True'), four));
    await expect(npyFormat.read(path, { label: 'none' })).rejects.toThrow(
      `${path}: 3 axes in Fortran order: save numpy.ascontiguousarray of it.`,
    );
    const table = folder.write('table.npy', npy(describeArray('|u1', '(2, 2)'), four));
    await expect(npyFormat.read(table, { label: 'mass' })).rejects.toThrow(
      `${table}: there are no column names, so the label is "first", "last" or "none", got "mass".`,
    );
  });
});

const python = '/usr/bin/python3';
const hasNumpy = spawnSync(python, ['-c', 'import numpy']).status === 0;

describe.skipIf(!hasNumpy)(`files of numpy${hasNumpy ? '' : ` (skipped: ${python} has no numpy)`}`, () => {
  it('are read as numpy wrote them, in all its types and orders', async () => {
    const script = `
import numpy, sys
table = numpy.arange(12).reshape(4, 3)
for kind in ['u1', 'i4', 'i8', 'f4', 'f8']:
    numpy.save(f'{sys.argv[1]}/{kind}-C.npy', table.astype(kind))
    numpy.save(f'{sys.argv[1]}/{kind}-F.npy', numpy.asfortranarray(table.astype(kind)))`;
    execFileSync(python, ['-c', script, folder.path]);
    for (const kind of ['u1', 'i4', 'i8', 'f4', 'f8']) {
      for (const order of ['C', 'F']) {
        const raw = await npyFormat.read(`${folder.path}/${kind}-${order}.npy`, {});
        expect([[...raw.values], [...raw.labels!]]).toEqual([
          [0, 1, 3, 4, 6, 7, 9, 10],
          [2, 5, 8, 11],
        ]);
      }
    }
  });
});
