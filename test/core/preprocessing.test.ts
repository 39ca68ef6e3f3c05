import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { block, rowsOf, type Block } from '../../core/block.ts';
import { serialConsensus, type ConsensusBackend } from '../../core/consensus.ts';
import {
  applyPreprocessing,
  asAsked,
  gatherSquares,
  gatherSums,
  mustBeFinite,
  standardisation,
  symlog,
} from '../../core/preprocessing.ts';
import { random } from '../../core/random.ts';

const column = (x: Block, j: number): number[] => Array.from({ length: x.rows }, (_, row) => x.data[row * x.cols + j]!);
const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
function deviation(values: number[]): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
}

/** Normal numbers, each column with an offset and a spread of its own. */
function normals(rows: number, offsets: readonly number[], spreads: readonly number[], seed: string): Block {
  const stream = random(seed);
  const cols = offsets.length;
  const data = Float64Array.from(
    { length: rows * cols },
    (_, i) => offsets[i % cols]! + spreads[i % cols]! * stream.normal(),
  );
  return block(rows, cols, data);
}

/** Rank 0 of two: adds to each sum what the rank with the other samples would. */
function besideRankWith(other: Block): ConsensusBackend {
  let reference = new Float64Array();
  let calls = 0;
  return {
    ...serialConsensus,
    size: 2,
    broadcast: (values) => void (reference = values.slice()),
    sum(values) {
      if (calls++ === 0) {
        gatherSums(other, reference, values);
        reference = reference.map((value, j) => value + values[1 + j]! / values[0]!);
      } else {
        gatherSquares(other, reference, values);
      }
    },
  };
}

const copyOf = (x: Block): Block => block(x.rows, x.cols, x.data.slice());
/** Multiples of 1/8, so that a feature either has no spread or one that is far above rounding errors. */
const eighth = fc.integer({ min: -8000, max: 8000 }).map((value) => value / 8);
const table = fc
  .integer({ min: 1, max: 4 })
  .chain((cols) =>
    fc
      .array(fc.array(eighth, { minLength: cols, maxLength: cols }), { minLength: 2, maxLength: 30 })
      .map((rows) => block(rows.length, cols, Float64Array.from(rows.flat()))),
  );

describe('standardising', () => {
  it.prop([table])('gives every feature mean 0 and standard deviation 1, or all zeros where it has no spread', (x) => {
    const y = copyOf(x);
    applyPreprocessing(standardisation(x, serialConsensus), y);
    for (let j = 0; j < x.cols; j++) {
      const before = column(x, j);
      if (before.every((value) => value === before[0])) {
        expect(column(y, j).every((value) => value === 0)).toBe(true);
      } else {
        expect(mean(column(y, j))).toBeCloseTo(0, 9);
        expect(deviation(column(y, j))).toBeCloseTo(1, 9);
      }
    }
  });

  it.prop([table, fc.nat(30)])('finds on two ranks what it finds on one', (x, at) => {
    const cut = 1 + (at % (x.rows - 1));
    const whole = standardisation(x, serialConsensus);
    const shared = standardisation(rowsOf(x, 0, cut), besideRankWith(rowsOf(x, cut, x.rows)));
    for (let j = 0; j < x.cols; j++) {
      expect(Math.abs(shared.mean[j]! - whole.mean[j]!)).toBeLessThanOrEqual(1e-11);
      expect(Math.abs(shared.scale[j]! / whole.scale[j]! - 1)).toBeLessThanOrEqual(1e-10);
    }
  });

  it('keeps its digits where the mean is huge beside the spread', () => {
    const x = normals(5000, [1e6, -1e9, 0], [1e-3, 1e-2, 1e6], 'offsets');
    const { mean: means, scale } = standardisation(x, serialConsensus);
    for (let j = 0; j < 3; j++) {
      const centred = column(x, j).map((value) => value - x.data[j]!);
      expect(means[j]! - x.data[j]!).toBeCloseTo(mean(centred), 6);
      expect(scale[j]! * deviation(centred)).toBeCloseTo(1, 6);
    }
  });

  it.each([0.1, -1e6 / 3, 1e300, 5e-324])('turns a feature that is %d everywhere into exact zeros', (value) => {
    const x = block(1001, 1, new Float64Array(1001).fill(value));
    const preprocessing = standardisation(x, serialConsensus);
    expect([...preprocessing.scale]).toEqual([1]);
    applyPreprocessing(preprocessing, x);
    expect(x.data.every((entry) => entry === 0)).toBe(true);
  });

  it('works on single precision in place', () => {
    const x = block(2, 2, Float32Array.of(1, 10, 3, 30));
    applyPreprocessing(standardisation(x, serialConsensus), x);
    expect([...x.data]).toEqual([-1, -1, 1, 1]);
  });

  it.prop([fc.double({ noNaN: true, min: -1e300, max: 1e300 }), fc.double({ noNaN: true, min: -1e300, max: 1e300 })])(
    'compresses tails: odd, increasing, no longer than the number itself, and the identity around zero',
    (a, b) => {
      expect(symlog(-a)).toBe(-symlog(a));
      expect(Math.sign(symlog(a) - symlog(b)) * Math.sign(a - b)).toBeGreaterThanOrEqual(0);
      expect(Math.abs(symlog(a))).toBeLessThanOrEqual(Math.abs(a));
      expect(symlog(a / 1e310)).toBeCloseTo(a / 1e310, 15);
    },
  );

  it('compresses after it has standardised, where that is asked for', () => {
    const raw = block(3, 1, Float64Array.of(1, 2, 1000));
    const [plain, compressed] = [raw, raw].map(({ rows, cols, data }) => block(rows, cols, data.slice()));
    const standardised = standardisation(raw, serialConsensus);
    expect(asAsked(standardised, true)).toBe(standardised);
    applyPreprocessing(standardised, plain!);
    applyPreprocessing(asAsked(standardised, 'symlog'), compressed!);
    expect([...compressed!.data]).toEqual(Array.from(plain!.data, symlog));
  });

  it('refuses entries that are not finite, by sample and feature', () => {
    const x = block(2, 2, Float64Array.of(1, 2, 3, NaN));
    expect(() => standardisation(x, serialConsensus)).toThrow(
      'Cannot standardise: sample 2, feature 2 is NaN, not a finite number.',
    );
    expect(() => mustBeFinite(block(1, 3, Float32Array.of(0, -Infinity, 1)), 'x')).toThrow(
      'x: sample 1, feature 2 is -Infinity, not a finite number.',
    );
  });

  it('refuses no samples, values whose squares overflow, and another number of features', () => {
    expect(() => standardisation(block(0, 2, new Float64Array()), serialConsensus)).toThrow(
      'Standardising needs at least one sample, got none.',
    );
    expect(() => standardisation(block(2, 1, Float64Array.of(1e200, -1e200)), serialConsensus)).toThrow(
      'Cannot standardise: the values of feature 1 are too large to square.',
    );
    const preprocessing = { mean: new Float64Array(3), scale: new Float64Array(3) };
    expect(() => applyPreprocessing(preprocessing, block(1, 2, new Float64Array(2)))).toThrow(
      'The preprocessing is for 3 features, but the data has 2.',
    );
  });
});
