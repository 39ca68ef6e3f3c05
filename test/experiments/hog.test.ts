import { describe, expect, it } from 'vitest';
import { random } from '../../core/index.ts';
import { hog, hogSize } from '../../experiments/datasets/hog.ts';
import { openData, type RawData } from '../../extensions/data/index.ts';
import { pythonWithNumpy, runPython } from '../support/python.ts';

function images(rows: number, shape: readonly [number, number, number], seed = 'hog'): RawData {
  const stream = random(seed);
  const cols = shape.reduce((product, extent) => product * extent, 1);
  const values = Uint8Array.from({ length: rows * cols }, () => stream.integer(256));
  const labels = Float64Array.from({ length: rows }, (_, row) => row % 3);
  return { name: 'images', rows, cols, shape, values, scale: 1 / 255, labels, columnNames: undefined };
}

/** The same features with whole arrays, in another order of work. */
const reference = `
import numpy
h, w, c = data['shape']
out = []
for image in numpy.array(data['values'], float).reshape(-1, h, w, c).transpose(0, 3, 1, 2) / 255:
    top, left = (32 - h) // 2, (32 - w) // 2
    full = numpy.pad(image, ((0, 0), (top, 32 - h - top), (left, 32 - w - left)))
    dx, dy = numpy.zeros((2, c, 32, 32))
    dx[:, :, 1:-1] = full[:, :, 2:] - full[:, :, :-2]
    dy[:, 1:-1, :] = full[:, 2:, :] - full[:, :-2, :]
    size = numpy.hypot(dx, dy)
    own = size.argmax(0)[None]
    dx, dy, size = (numpy.take_along_axis(a, own, 0)[0] for a in (dx, dy, size))
    turn = numpy.arctan2(dy, dx) / (2 * numpy.pi)
    turn = numpy.where(turn < 0, turn + 1, turn)
    bins = numpy.floor(turn * 18).astype(int) % 18
    votes = (numpy.arange(18)[:, None, None] == bins) * size
    cells = votes.reshape(18, 4, 8, 4, 8).mean((2, 4))
    for y in range(3):
        for x in range(3):
            v = cells[:, y:y + 2, x:x + 2].transpose(1, 2, 0).ravel()
            v = v / numpy.sqrt(v @ v + 1e-10)
            v = numpy.minimum(v, 0.2)
            out.extend(v / numpy.sqrt(v @ v + 1e-10))
result = [float(v) for v in out]
`;

describe('HOG features', () => {
  it('are 648 numbers per image, 18 blocks of unit length at most', () => {
    expect(hogSize).toBe(648);
    const { rows, cols, shape, values, labels } = hog(images(4, [32, 32, 3]));
    expect({ rows, cols, shape, length: values.length }).toEqual({ rows: 4, cols: 648, shape: [648], length: 2592 });
    expect(labels).toEqual(Float64Array.of(0, 1, 2, 0));
    for (let block = 0; block < 36; block++) {
      const own = values.subarray(72 * block, 72 * block + 72);
      expect(Math.hypot(...own)).toBeCloseTo(1, 5);
      expect(Math.min(...own)).toBeGreaterThanOrEqual(0);
    }
  });

  it('see an edge in the direction across it, and nothing in an even image', () => {
    const even = { ...images(1, [32, 32, 1]), values: new Uint8Array(1024).fill(9) };
    expect(hog(even).values.every((value) => value === 0)).toBe(true);
    // Bright below row 16: the gradient points down, a quarter of the turn, in orientation 18 / 4.
    const edge = { ...even, values: Uint8Array.from({ length: 1024 }, (_, i) => (i >= 512 ? 255 : 0)) };
    const found = new Set(Array.from(hog(edge).values).flatMap((value, i) => (value > 0 ? [i % 18] : [])));
    expect([...found]).toEqual([4]);
  });

  it('leave out images of other labels', () => {
    expect(hog(images(7, [28, 28, 1]), [0, 2]).labels).toEqual(Float64Array.of(0, 2, 0, 2, 0));
  });

  it('tell digits of MNIST apart as the files have them: by the nearer mean of their class', async () => {
    const { values, labels, rows } = hog(await openData('mnist-test'), [0, 2]);
    const learnt = 1000;
    const row = (i: number): number[] => Array.from(values.subarray(i * hogSize, (i + 1) * hogSize));
    const means = [0, 2].map((digit) => {
      const own = Array.from({ length: learnt }, (_, i) => i).filter((i) => labels![i] === digit);
      const sums = own.map(row).reduce((sum, values) => sum.map((value, j) => value + values[j]!));
      return sums.map((value) => value / own.length);
    });
    const away = (i: number, mean: readonly number[]): number =>
      row(i).reduce((sum, value, j) => sum + (value - mean[j]!) ** 2, 0);
    const judged = Array.from({ length: rows - learnt }, (_, i) => i + learnt);
    const right = judged.filter((i) => Number(away(i, means[0]!) > away(i, means[1]!)) * 2 === labels![i]);
    expect(right.length / judged.length).toBeGreaterThan(0.95);
  });

  it('refuse what is no image of at most 32 x 32', () => {
    expect(() => hog(images(1, [33, 20, 1]))).toThrow('at most 32 x 32');
    expect(() => hog({ ...images(1, [1, 4, 1]), shape: [4] })).toThrow('shape 4');
  });

  it.skipIf(pythonWithNumpy() === undefined).each<[string, [number, number, number]]>([
    ['in colour', [32, 32, 3]],
    ['smaller, in grey', [28, 27, 1]],
  ])('equal those of numpy: %s', (_, shape) => {
    const raw = images(3, shape);
    const expected = runPython(reference, { shape, values: Array.from(raw.values) }) as number[];
    hog(raw).values.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-5));
  });
});
