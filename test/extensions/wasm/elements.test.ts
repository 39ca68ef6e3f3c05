import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { absolute, hardTanh, leakyReluWith, piecewiseLinear, relu, sign } from '../../../activations/index.ts';
import type { Piece } from '../../../core/activation-solver.ts';
import { epsilonOf, zeros, type Real } from '../../../core/block.ts';
import { bestBuild, elementKernels, type Build } from '../../../extensions/wasm/index.ts';
import { activationLaws } from '../../laws/activation.ts';
import { normalBlock, precisions } from '../../laws/blocks.ts';
import { mustBeSame } from '../../laws/law.ts';

const builds: readonly Build[] = bestBuild() === 'relaxed-simd' ? ['simd', 'relaxed-simd'] : ['simd'];
const number = fc.oneof(
  fc.double({ min: -5, max: 5, noNaN: true }),
  fc.constantFrom(-1, -0, 0, 1, NaN, Infinity, -Infinity, 1e30, 1e-310, 2 ** -149),
);
const weight = fc.double({ min: -4, max: 4, noNaN: true }).map((exponent) => 10 ** exponent);

/** One to five pieces between joints that single precision cannot always hold. */
const random = fc
  .record({
    joints: fc.uniqueArray(
      fc.double({ min: -2, max: 2, noNaN: true }).map((joint) => joint + 0),
      { maxLength: 4 },
    ),
    lines: fc.array(fc.record({ slope: fc.double({ min: -3, max: 3, noNaN: true }), offset: weight }), {
      minLength: 5,
      maxLength: 5,
    }),
  })
  .map(({ joints, lines }): Piece[] => {
    const ends = [-Infinity, ...joints.sort((left, right) => left - right), Infinity];
    return ends.slice(1).map((to, i) => ({ from: ends[i]!, to, ...lines[i]! }));
  });

const known = [relu, hardTanh, absolute, sign, leakyReluWith(0.01)].map(({ pieces }) => pieces!);

describe.each(builds)('element-wise kernels of wasm, build %s', (build) => {
  const kernels = elementKernels(build);

  it.each(precisions)('give any piecewise-linear activation the bits of the plain solver in %s', (precision) => {
    const numbers = (values: readonly number[]): Real => {
      const data = zeros(precision, values.length);
      data.set(values);
      return data;
    };
    fc.assert(
      fc.property(
        fc.oneof(random, fc.constantFrom(...known)),
        fc.array(fc.tuple(number, number), { maxLength: 9 }),
        fc.record({ gamma: weight, beta: weight }),
        (pieces, entries, penalty) => {
          const plain = piecewiseLinear('plain', pieces);
          const fast = kernels.piecewise(pieces);
          const a = numbers(entries.map(([target]) => target));
          const m = numbers(entries.map(([, centre]) => centre));
          const [found, expected] = [a.slice(), a.slice()];
          fast.apply(m, found);
          plain.apply(m, expected);
          mustBeSame('values', found, expected);
          fast.solve(a, m, penalty, found);
          plain.solve(a, m, penalty, expected);
          mustBeSame('solutions', found, expected);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('hold more pieces than a page of memory, and arrays of several chunks', () => {
    const joints = Array.from({ length: 3000 }, (_, i) => i / 3000);
    const pieces = [-Infinity, ...joints].map((from, i): Piece => {
      return { from, to: joints[i] ?? Infinity, slope: i % 7, offset: i };
    });
    const z = normalBlock('z', 1, 40_001, 'float32').data;
    const [found, expected] = [z.slice(), z.slice()];
    kernels.piecewise(pieces).apply(z, found);
    piecewiseLinear('many', pieces).apply(z, expected);
    mustBeSame('values', found, expected);
    kernels.piecewise(relu.pieces!).solve(z, z, { gamma: 10, beta: 1 }, found);
    relu.solve(z, z, { gamma: 10, beta: 1 }, expected);
    mustBeSame('solutions', found, expected);
  });

  it.each(precisions)('give arrays of their own memory the same bits as arrays of any other in %s', (precision) => {
    const own = elementKernels(build);
    for (const length of [1, 5, 64, 16_385]) {
      const [a, m] = [normalBlock('a', 1, length, precision).data, normalBlock('m', 1, length, precision).data];
      const [ownA, ownM, ownZ, guard] = [0, 1, 2, 3].map(() => own.allocate(precision, length)!);
      ownA!.set(a);
      ownM!.set(m);
      guard!.fill(7);
      for (const each of [own.relu, own.piecewise(hardTanh.pieces!)]) {
        const z = zeros(precision, length);
        each.solve(a, m, { gamma: 3, beta: 2 }, z);
        each.solve(ownA!, ownM!, { gamma: 3, beta: 2 }, ownZ!);
        mustBeSame('solutions', ownZ!, z);
        each.apply(m, z);
        each.apply(ownM!, ownZ!);
        mustBeSame('values', ownZ!, z);
      }
      mustBeSame('what is read', ownA!, a);
      mustBeSame('the next array', guard!, zeros(precision, length).fill(7));
    }
  });

  it.each(precisions)('leave the numbers around a part of an array alone in %s', (precision) => {
    const own = elementKernels(build);
    const total = 40;
    const [a, m, z] = [0, 1, 2].map(() => own.allocate(precision, total)!) as [Real, Real, Real];
    a.set(normalBlock('a', 1, total, precision).data);
    m.set(normalBlock('m', 1, total, precision).data);
    const [oldA, oldM] = [a.slice(), m.slice()];
    for (let length = 0; length < 20; length++) {
      const [from, to] = [length % 4, (length % 4) + length];
      const part = (whole: Real): Real => whole.subarray(from, to);
      for (const each of [own.relu, own.piecewise(hardTanh.pieces!)]) {
        const alone = zeros(precision, length);
        const mustBePart = (what: string): void => {
          mustBeSame(what, part(z), alone);
          mustBeSame('before it', z.subarray(0, from), zeros(precision, from).fill(7));
          mustBeSame('behind it', z.subarray(to), zeros(precision, total - to).fill(7));
        };
        z.fill(7);
        each.solve(part(a), part(m), { gamma: 3, beta: 2 }, part(z));
        each.solve(part(oldA), part(oldM), { gamma: 3, beta: 2 }, alone);
        mustBePart('solutions');
        z.fill(7);
        each.apply(part(m), part(z));
        each.apply(part(oldM), alone);
        mustBePart('values');
      }
      mustBeSame('what is read', a, oldA);
      mustBeSame('what is read', m, oldM);
    }
  });

  it('have no more room once their memory is full, and go on with arrays of any other', () => {
    const own = elementKernels(build);
    let arrays = 0;
    while (own.allocate('float64', 2 ** 24) !== undefined) arrays++;
    expect(arrays).toBeGreaterThan(0);
    const z = zeros('float32', 3);
    own.relu.apply(Float32Array.of(-1, 0, 2), z);
    mustBeSame('values', z, [0, 0, 2]);
  });

  describe('ReLU by the threshold rule', () => {
    activationLaws({ ...relu, ...kernels.relu });

    it.each(precisions)('sums the squares of what is left over in %s', (precision) => {
      for (const length of [0, 1, 3, 255, 257, 16_385, 50_003]) {
        const [a, m] = [normalBlock('a', 1, length, precision).data, normalBlock('m', 1, length, precision).data];
        const sums = Float64Array.of(1, 2);
        const z = m.slice();
        kernels.relu.solveAndSum(a, z, { gamma: 3, beta: 2 }, z, sums);
        const alone = zeros(precision, length);
        kernels.relu.solve(a, m, { gamma: 3, beta: 2 }, alone);
        mustBeSame('z', z, alone);
        const [moved, missed] = [1, 2];
        const expected = [
          Array.from(z).reduce((sum, value, i) => sum + (value - m[i]!) ** 2, moved),
          Array.from(z).reduce((sum, value, i) => sum + (a[i]! - Math.max(0, value)) ** 2, missed),
        ];
        sums.forEach((sum, i) => {
          const limit = (precision === 'float32' ? 256 : length + 4) * epsilonOf(precision) * expected[i]!;
          expect(Math.abs(sum - expected[i]!)).toBeLessThanOrEqual(limit);
        });
      }
    });
  });
});
