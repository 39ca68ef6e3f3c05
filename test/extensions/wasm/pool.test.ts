import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { hardTanh, relu } from '../../../activations/index.ts';
import type { ActivationSolver } from '../../../core/activation-solver.ts';
import type { Precision, Real } from '../../../core/block.ts';
import { MaxPool, type Extent, type Image } from '../../../extensions/conv/index.ts';
import { bestBuild, elementKernels, type Build, type ElementKernels } from '../../../extensions/wasm/index.ts';
import { normalBlock, precisions } from '../../laws/blocks.ts';

const builds: readonly Build[] = bestBuild() === 'relaxed-simd' ? ['simd', 'relaxed-simd'] : ['simd'];
const few = fc.integer({ min: 1, max: 3 });
const weight = fc.double({ min: -2, max: 2, noNaN: true }).map((exponent) => 10 ** exponent);

interface Problem {
  readonly image: Image;
  readonly window: Extent;
  readonly samples: number;
  readonly activation: ActivationSolver | undefined;
  readonly precision: Precision;
  readonly seed: number;
}

/** Windows that fit, some numbers left over at the border, and pixels of whole vectors. */
const problems: fc.Arbitrary<Problem> = fc
  .record({ down: few, across: few, high: few, wide: few, left: fc.nat({ max: 1 }), vectors: few })
  .chain(({ down, across, high, wide, left, vectors }) =>
    fc.record({
      image: fc.constant({ height: down * high + left, width: across * wide + left, channels: 4 * vectors }),
      window: fc.constant({ height: down, width: across }),
      samples: few,
      activation: fc.constantFrom(undefined, relu),
      precision: fc.constantFrom(...precisions),
      seed: fc.nat(),
    }),
  );

interface Given {
  readonly plain: MaxPool;
  readonly fast: ActivationSolver;
  readonly a: Real;
  readonly m: Real;
}

/** Half of the numbers are rounded to halves, so that members are equal now and then. */
function draw({ image, window, samples, activation, precision, seed }: Problem, kernels: ElementKernels): Given {
  const plain = new MaxPool(image, window, activation);
  const { name, gap } = plain;
  const inMemory = (label: string, length: number): Real => {
    const room = kernels.allocate(precision, length)!;
    room.set(
      normalBlock(`${seed}${label}`, 1, length, precision).data.map((x, i) => (i % 2 ? x : Math.round(2 * x) / 2)),
    );
    return room;
  };
  const [a, m] = [inMemory('a', samples * plain.widths.a), inMemory('m', samples * plain.widths.z)];
  return { plain, fast: { name, gap, ...kernels.pool(plain, plain.windows!) }, a, m };
}

const squaredDistance = (one: Real, other: Real): number =>
  [...one].reduce((sum, value, i) => sum + (value - other[i]!) ** 2, 0);

/** Objective of a solution, by the plain forward pass. */
function objective({ plain, a, m }: Given, z: Real, gamma: number, beta: number): number {
  const h = a.slice();
  plain.apply(z, h);
  return gamma * squaredDistance(a, h) + beta * squaredDistance(z, m);
}

describe.each(builds)('max pooling by %s kernels', (build) => {
  const kernels = elementKernels(build);

  it.prop([problems])('gives the largest numbers exactly', (problem) => {
    const { plain, fast, a, m } = draw(problem, kernels);
    const expected = a.slice();
    plain.apply(m, expected);
    fast.apply(m, a);
    // Of 0 and -0 either may come.
    expect(Array.from(a, (value) => value + 0)).toEqual(Array.from(expected, (value) => value + 0));
  });

  it.prop([problems, weight, weight])(
    'is solved as well as by the plain code, with the sums of its solution',
    (problem, gamma, beta) => {
      const given = draw(problem, kernels);
      const [expected, sums] = [given.m.slice(), new Float64Array(2)];
      given.plain.solve(given.a, given.m, { gamma, beta }, expected);
      const z = kernels.allocate(problem.precision, given.m.length)!;
      given.fast.solveAndSum!(given.a, given.m, { gamma, beta }, z, sums);
      const scale = (gamma + beta) * given.m.length * (problem.precision === 'float32' ? 1e-5 : 1e-13);
      const found = objective(given, z, gamma, beta);
      expect(Math.abs(found - objective(given, expected, gamma, beta))).toBeLessThanOrEqual(scale);
      expect(Math.abs(gamma * sums[1]! + beta * sums[0]! - found)).toBeLessThanOrEqual(scale);
      given.fast.solve(given.a, given.m, { gamma, beta }, given.m);
      expect([...given.m]).toEqual([...z]);
    },
  );

  it.prop([problems, fc.nat(), fc.boolean()])(
    'answers NaN with NaN, in its window alone',
    (problem, where, inTarget) => {
      const { plain, fast, a, m } = draw(problem, kernels);
      const array = inTarget ? a : m;
      array[where % array.length] = NaN;
      const expected = m.slice();
      plain.solve(a, m, { gamma: 1, beta: 1 }, expected);
      fast.solve(a, m, { gamma: 1, beta: 1 }, m);
      expect(Array.from(m, Number.isNaN)).toEqual(Array.from(expected, Number.isNaN));
    },
  );

  it('leaves to the plain code what lies elsewhere, and pixels that are no whole vectors', () => {
    for (const channels of [4, 3]) {
      const plain = new MaxPool({ height: 2, width: 2, channels }, { height: 2, width: 2 }, relu);
      const fast = kernels.pool(plain, plain.windows!);
      const m = normalBlock('m', 1, 4 * channels, 'float32').data;
      const own = channels === 3 ? kernels.allocate('float32', m.length)! : m.slice();
      own.set(m);
      const [a, out, z] = [channels, channels, m.length].map((length) => new Float32Array(length)) as [
        Real,
        Real,
        Real,
      ];
      fast.apply(own, out);
      plain.apply(m, a);
      expect(out).toEqual(a);
      const sums = [new Float64Array(2), new Float64Array(2)] as const;
      fast.solveAndSum(a.fill(1), own, { gamma: 1, beta: 2 }, z, sums[0]);
      const expected = new Float32Array(m.length);
      plain.solveAndSum(a, m, { gamma: 1, beta: 2 }, expected, sums[1]);
      expect([...z, ...sums[0]]).toEqual([...expected, ...sums[1]]);
    }
  });

  it('is there for ReLU and for none alone', () => {
    const image = { height: 2, width: 2, channels: 4 };
    expect(new MaxPool(image, { height: 2, width: 2 }, hardTanh).windows).toBeUndefined();
    expect(new MaxPool(image, { height: 2, width: 2 }).windows).toMatchObject({ down: 2, across: 2, rectify: false });
  });
});
