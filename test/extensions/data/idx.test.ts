import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../core/errors.ts';
import { idxFormat, labelFile } from '../../../extensions/data/idx.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = temporaryFolder();

/** The bytes of an idx file. */
function idx(extents: readonly number[], elements: readonly number[], type = 8): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * extents.length));
  header.setUint8(2, type);
  header.setUint8(3, extents.length);
  extents.forEach((extent, axis) => header.setUint32(4 + 4 * axis, extent));
  return Uint8Array.from([...new Uint8Array(header.buffer), ...elements]);
}

describe('the idx reader', () => {
  it('reads images as features in [0, 1], with one channel, and the labels beside them', async () => {
    folder.write('train-labels-idx1-ubyte', idx([2], [7, 3]));
    const path = folder.write('train-images-idx3-ubyte', idx([2, 1, 3], [0, 255, 51, 1, 2, 3]));
    const raw = await idxFormat.read(path, {});
    expect(raw).toMatchObject({ rows: 2, cols: 3, shape: [1, 3, 1], labels: Float64Array.of(7, 3) });
    expect(Array.from(raw.values, (value) => value * raw.scale)).toEqual([0, 1, 0.2, ...[1, 2, 3].map((v) => v / 255)]);
  });

  it('keeps the layout of other numbers of axes as the file has it', async () => {
    const read = async (extents: number[]) =>
      (await idxFormat.read(folder.write('a.idx', idx(extents, Array(12).fill(0))), { label: 'none' })).shape;
    expect(await read([2, 6])).toEqual([6]);
    expect(await read([1, 2, 2, 3])).toEqual([2, 2, 3]);
  });

  it('finds labels by the naming rule of MNIST, compressed or not', async () => {
    const beside = async (images: string) =>
      (await labelFile(`${folder.path}/${images}`)).slice(folder.path.length + 1);
    folder.write('images-of-t10k-labels.idx1-ubyte', '');
    expect(await beside('images-of-t10k-images.idx3-ubyte')).toBe('images-of-t10k-labels.idx1-ubyte');
    expect(await beside('images-of-t10k-images.idx3-ubyte.gz')).toBe('images-of-t10k-labels.idx1-ubyte');
    folder.write('x-labels-idx1-ubyte.gz', '');
    expect(await beside('x-images-idx4-ubyte')).toBe('x-labels-idx1-ubyte.gz');
  });

  it('reads compressed files whatever their name', async () => {
    folder.writeGzip('zip-labels-idx1-ubyte.gz', idx([1], [4]));
    const path = folder.writeGzip('zip-images-idx3-ubyte.gz', idx([1, 1, 1], [255]));
    expect(await idxFormat.read(path, {})).toMatchObject({ rows: 1, labels: Float64Array.of(4) });
  });
});

describe('the idx reader refuses', () => {
  it.each([
    ['a file too short for a header', Uint8Array.of(0, 0, 8), 'FILE: 3 bytes are too few for an idx file.'],
    [
      'a foreign file',
      Uint8Array.of(0x89, 0x50, 0x4e, 0x47),
      'FILE: not an idx file: it starts with 0x89 0x50 0x4e 0x47, expected 0x00 0x00, a type, and the number of axes.',
    ],
    [
      'other element types',
      idx([1, 1], [0, 0, 0, 0], 0x0d),
      'FILE: elements have type 0x0d, only unsigned bytes (0x08) are read.',
    ],
    ['half a header', idx([2, 3], []).slice(0, 9), 'FILE: the header is cut short: 9 bytes, expected 12.'],
    ['missing elements', idx([2, 3], [1, 2]), 'FILE: 2 x 3 is 6 bytes of elements, but the file has 2.'],
    ['elements too many', idx([1, 1], [1, 2]), 'FILE: 1 x 1 is 1 bytes of elements, but the file has 2.'],
    [
      'a file of labels',
      idx([2], [1, 2]),
      'FILE: has one axis (2 numbers): this is a file of labels, name the one of images.',
    ],
    [
      'a name that tells no labels',
      idx([1, 1], [1]),
      'FILE: to find the file of labels the name has to contain "images", as in train-images-idx3-ubyte; or set `label: none`.',
    ],
  ])('%s', async (_, bytes, message) => {
    const path = folder.write('bad.idx', bytes);
    await expect(idxFormat.read(path, {})).rejects.toThrow(new UserError(message.replace('FILE', path)));
  });

  it('images without labels, and labels of another number or layout', async () => {
    const path = folder.write('lone-images-idx3-ubyte', idx([2, 1, 1], [1, 2]));
    const labels = `${folder.path}/lone-labels-idx1-ubyte`;
    await expect(idxFormat.read(path, {})).rejects.toThrow(
      `${path}: its labels are missing: there is no file "lone-labels-idx1-ubyte" beside it.`,
    );
    folder.write('lone-labels-idx1-ubyte', idx([3], [1, 2, 3]));
    await expect(idxFormat.read(path, {})).rejects.toThrow(`${labels}: 3 labels for the 2 images of ${path}.`);
    folder.write('lone-labels-idx1-ubyte', idx([2, 1], [1, 2]));
    await expect(idxFormat.read(path, {})).rejects.toThrow(`${labels}: labels have one axis, got 2 (2 x 1).`);
  });
});

const shared = '../shared/data';
const reason = existsSync(shared) ? '' : ` (skipped: there is no folder ${shared})`;

describe.skipIf(reason !== '')(`real images${reason}`, () => {
  it('the SVHN sample has 1,083 images of 32 x 32 x 3', async () => {
    const raw = await idxFormat.read(`${shared}/svhn-first1083-images-idx4-ubyte.gz`, {});
    expect([raw.rows, raw.cols, raw.shape]).toEqual([1083, 3072, [32, 32, 3]]);
    expect((raw.labels as Float64Array).filter((label) => label === 0)).toHaveLength(66);
  });
});
