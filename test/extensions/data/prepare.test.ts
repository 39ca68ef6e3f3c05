import { fc, it } from '@fast-check/vitest';
import { describe, expect, it as plainIt } from 'vitest';
import { UserError } from '../../../core/errors.ts';
import { random } from '../../../core/random.ts';
import {
  openData,
  prepare,
  prepareFeatures,
  prepareParts,
  type PrepareOptions,
  type RawData,
} from '../../../extensions/data/index.ts';

/** Rows of features with their labels. */
const rawOf = (rows: readonly (readonly number[])[], labels: readonly number[] | readonly string[]): RawData => ({
  name: 'd',
  rows: rows.length,
  cols: rows[0]?.length ?? 1,
  shape: [rows[0]?.length ?? 1],
  values: Float64Array.from(rows.flat()),
  scale: 1,
  labels: labels.some((label) => typeof label === 'string')
    ? labels.map(String)
    : Float64Array.from(labels as number[]),
  columnNames: undefined,
});

const samples = fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: 0, max: 4 })), {
  minLength: 4,
  maxLength: 40,
});

describe('preparing data', () => {
  it.prop([samples.filter((all) => [1, 3].every((label) => all.some((sample) => sample[1] === label)))])(
    'keeps the samples of the wanted classes, in order, each with its own target',
    (all) => {
      const raw = rawOf(
        all.map(([value]) => [value]),
        all.map(([, label]) => label),
      );
      const { x, y, classes, source } = prepare(raw, { classes: [1, 3], precision: 'float64' });
      const kept = all.filter(([, label]) => label === 1 || label === 3);
      expect([...x.data]).toEqual(kept.map(([value]) => value));
      expect([...y.data]).toEqual(kept.map(([, label]) => (label === 3 ? 1 : 0)));
      expect(classes).toEqual([1, 3]);
      expect(source).toMatchObject({ name: 'd', samples: kept.length, targets: 1 });
    },
  );

  it('turns two classes into one column and more into one each, for numbers and names', () => {
    expect(prepare(rawOf([[1], [2]], ['no', 'yes'])).y.data).toEqual(Float32Array.of(0, 1));
    const { y, classes } = prepare(rawOf([[1], [2], [3]], [10, 9, 2]));
    expect([classes, [...y.data]]).toEqual([
      [2, 9, 10],
      [0, 0, 1, 0, 1, 0, 1, 0, 0],
    ]);
  });

  it('takes the first samples up to a limit, after choosing classes', () => {
    const raw = rawOf([[1], [2], [3], [4]], [0, 1, 2, 0]);
    expect([...prepare(raw, { limit: 2 }).x.data]).toEqual([1, 2]);
    expect([...prepare(raw, { classes: [0, 2], limit: 2 }).x.data]).toEqual([1, 3]);
    expect(prepare(raw, { limit: 99 }).x.rows).toBe(4);
  });

  it('orders the targets as a trained model has them, even where only one class occurs', () => {
    const { y, classes } = prepare(rawOf([[1], [2]], ['b', 'b']), { knownClasses: ['b', 'a', 'c'] });
    expect([classes, [...y.data]]).toEqual([
      ['b', 'a', 'c'],
      [1, 0, 0, 1, 0, 0],
    ]);
    const kept = prepare(rawOf([[1], [2]], [7, 2]), { knownClasses: [0, 2], classes: [0, 2] });
    expect([...kept.y.data]).toEqual([1]);
  });

  it('standardises before rounding to single precision, and applies the same map to other data', () => {
    const offset = 2 ** 30;
    const train = prepare(rawOf([[offset], [offset + 1]], [0, 1]), { standardise: true });
    expect([...train.x.data]).toEqual([-1, 1]);
    const { preprocessing } = train;
    const test = prepare(rawOf([[offset + 2]], [0]), { preprocessing: preprocessing!, knownClasses: [0, 1] });
    expect([...test.x.data]).toEqual([3]);
    expect([...prepareFeatures(rawOf([[offset]], []), { preprocessing: preprocessing! }).data]).toEqual([-1]);
  });

  it('holds out a share of the samples it keeps, standardised by the others', () => {
    const raw = rawOf(
      Array.from({ length: 30 }, (_, i) => [i]),
      Array.from({ length: 30 }, (_, i) => i % 3),
    );
    const options: PrepareOptions = { classes: [2, 0], limit: 16, standardise: true, precision: 'float64' };
    const { train, heldOut } = prepareParts(raw, 0.25, random('1'), options);
    expect([train.x.rows, heldOut.x.rows, heldOut.source.name]).toEqual([12, 4, 'd (held out)']);
    expect([...heldOut.y.data].sort()).toEqual([0, 0, 1, 1]);
    const [mean] = train.preprocessing!.mean;
    const [scale] = train.preprocessing!.scale;
    const original = ({ data }: { data: ArrayLike<number> }): number[] =>
      Array.from(data, (value) => Math.round(value / scale! + mean!));
    const values = [...original(train.x), ...original(heldOut.x)].sort((a, b) => a - b);
    expect(values).toEqual(Array.from({ length: 24 }, (_, i) => i).filter((i) => i % 3 !== 1));
    expect(heldOut.preprocessing).toBe(train.preprocessing);
    expect(Array.from(train.x.data).reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 12);
    expect(train.classes).toEqual([2, 0]);
  });

  it('leaves the raw data as it was', () => {
    const raw = rawOf([[1], [5]], [0, 1]);
    prepare(raw, { standardise: true, precision: 'float64' });
    expect([...raw.values]).toEqual([1, 5]);
  });

  it('gives MNIST 0 against 2 with features in [0, 1]', async () => {
    const { x, y, source } = prepare(await openData('mnist-test'), { classes: [0, 2] });
    expect([x.rows, x.cols, y.cols, source.shape]).toEqual([980 + 1032, 784, 1, [28, 28, 1]]);
    expect([...y.data].filter((target) => target === 1)).toHaveLength(1032);
    expect([Math.min(...x.data.subarray(0, 7840)), Math.max(...x.data.subarray(0, 7840))]).toEqual([0, 1]);
  });
});

describe('preparing data refuses', () => {
  const two = rawOf([[1], [2]], [0, 1]);
  const cases: [string, RawData, PrepareOptions, string][] = [
    ['no samples', rawOf([], []), {}, 'd: there are no samples.'],
    ['no labels', { ...two, labels: undefined }, {}, 'd: the data has no labels, which training and evaluating need.'],
    [
      'one class',
      rawOf([[1], [2]], ['a', 'a']),
      {},
      'd: all 2 samples are of one class, a; telling classes apart needs at least two.',
    ],
    [
      'one class within the limit',
      rawOf([[1], [2], [3]], [0, 0, 1]),
      { classes: [0, 1], limit: 2 },
      'd: all 2 samples are of one class, 0; telling classes apart needs at least two.',
    ],
    [
      'a label outside the known classes',
      rawOf([[1], [2]], [0, 7]),
      { knownClasses: [0, 2] },
      'd: the label of sample 2 is 7, which is none of the classes 0, 2; list the classes to keep, or leave such samples out.',
    ],
    ['a wanted class that does not occur', two, { classes: [0, 3] }, 'd: there is no class 3 among 0, 1.'],
    ['one wanted class', two, { classes: [0] }, 'Telling classes apart needs at least two, got 0.'],
    [
      'no sample of the wanted classes',
      two,
      { classes: [4, 5], knownClasses: [4, 5] },
      'd: no sample is of the classes 4, 5.',
    ],
    [
      'NaN',
      rawOf(
        [
          [1, 2],
          [3, NaN],
        ],
        [0, 1],
      ),
      {},
      'd: row 2, feature 2 is NaN, not a finite number.',
    ],
    [
      'numbers too large for single precision',
      rawOf([[1], [1e300]], [0, 1]),
      {},
      'd does not fit single precision, set `precision: float64` or standardise: sample 2, feature 1 is Infinity, not a finite number.',
    ],
    ['a limit of none', two, { limit: 0 }, 'The limit of samples is a whole number, at least 1, got 0.'],
    [
      'two kinds of preprocessing at once',
      two,
      { standardise: true, preprocessing: { mean: Float64Array.of(0), scale: Float64Array.of(1) } },
      'd: either standardise anew or apply a preprocessing, not both.',
    ],
    [
      'a preprocessing for other features',
      two,
      { preprocessing: { mean: new Float64Array(3), scale: new Float64Array(3) } },
      'The preprocessing is for 3 features, but the data has 1.',
    ],
  ];
  plainIt.each(cases)('%s', (_, raw, options, message) => {
    expect(() => prepare(raw, options)).toThrow(new UserError(message));
  });

  it('measurements in place of classes', () => {
    expect(() => prepare(rawOf([[1], [2]], [0.5, 1]))).toThrow(/^d: the label of sample 1 is 0\.5, .* regression/);
  });
});
