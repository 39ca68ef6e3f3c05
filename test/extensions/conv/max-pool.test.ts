import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { absolute, hardTanh, identity, leakyReluWith, relu, sign, tanh } from '../../../activations/index.ts';
import type { ActivationSolver } from '../../../core/activation-solver.ts';
import { zeros, type Precision } from '../../../core/block.ts';
import { MaxPool } from '../../../extensions/conv/index.ts';

const inner: readonly ActivationSolver[] = [identity, relu, leakyReluWith(0.2), hardTanh, absolute];
const level = fc.oneof(fc.double({ min: -3, max: 3, noNaN: true }), fc.constantFrom(-1, 0, 1, 2));
const weight = fc.double({ min: -2, max: 2, noNaN: true }).map((exponent) => 10 ** exponent);

const valueOf = (h: ActivationSolver, z: number): number => {
  const cell = Float64Array.of(z);
  h.apply(cell, cell);
  return cell[0]!;
};

/** $\gamma (a - h(\max z))^2 + \beta |z - m|^2$. */
function objective(
  h: ActivationSolver,
  a: number,
  m: readonly number[],
  z: readonly number[],
  gamma: number,
  beta: number,
): number {
  const moved = z.reduce((sum, value, i) => sum + (value - m[i]!) ** 2, 0);
  return gamma * (a - valueOf(h, Math.max(...z))) ** 2 + beta * moved;
}

/** The lowest objective over a fine grid of maxima, with every member that may carry it. */
function bruteForce(h: ActivationSolver, a: number, m: readonly number[], gamma: number, beta: number): number {
  let lowest = Infinity;
  const values = [...m, a, 0, 1, -1];
  for (let i = -400; i <= 400; i++) values.push(i / 50, a + i / 4000);
  for (const top of values) {
    for (let carrier = 0; carrier < m.length; carrier++) {
      const z = m.map((value, i) => (i === carrier ? top : Math.min(value, top)));
      lowest = Math.min(lowest, objective(h, a, m, z, gamma, beta));
    }
  }
  return lowest;
}

describe('max pooling', () => {
  const window = { height: 1, width: 4 };
  const image = { height: 1, width: 4, channels: 1 };

  it.each(inner.map((h) => [h.name, h] as const))('solved together with %s never loses to brute force', (_, h) => {
    const pool = new MaxPool(image, window, h);
    const members = fc.array(level, { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(
        level,
        members,
        weight,
        weight,
        fc.constantFrom<Precision>('float32', 'float64'),
        (a, m, gamma, beta, precision) => {
          const given = zeros(precision, 4);
          given.set(m);
          const target = zeros(precision, 1);
          target.set([a]);
          const z = zeros(precision, 4).fill(NaN);
          pool.solve(target, given, { gamma, beta }, z);
          const found = objective(h, target[0]!, [...given], [...z], gamma, beta);
          const limit = bruteForce(h, target[0]!, [...given], gamma, beta);
          const rounding = (precision === 'float32' ? 1e-5 : 1e-12) * (1 + gamma + beta) * 40;
          expect(found).toBeLessThanOrEqual(limit + rounding);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('of a non-decreasing activation is the same before and after it', () => {
    fc.assert(
      fc.property(fc.array(level, { minLength: 16, maxLength: 16 }), (values) => {
        const square = { height: 4, width: 2, channels: 2 };
        const z = Float64Array.from(values);
        const [fused, apart] = [new Float64Array(4), new Float64Array(4)];
        new MaxPool(square, { height: 2, width: 2 }, relu).apply(z, fused);
        const activated = z.slice();
        relu.apply(z, activated);
        new MaxPool(square, { height: 2, width: 2 }).apply(activated, apart);
        expect(fused).toEqual(apart);
      }),
    );
  });

  it('takes the largest of every window, channel by channel, and leaves out what fills none', () => {
    const pool = new MaxPool({ height: 3, width: 5, channels: 2 }, { height: 2, width: 2 });
    expect(pool.widths).toEqual({ z: 30, a: 4 });
    expect(pool.pooled).toEqual({ height: 1, width: 2, channels: 2 });
    const z = Float64Array.from({ length: 60 }, (_, i) => i);
    const a = new Float64Array(8);
    pool.apply(z, a);
    expect([...a]).toEqual([12, 13, 16, 17, 42, 43, 46, 47]);
    const solved = z.slice();
    pool.solve(a, z, { gamma: 3, beta: 1 }, solved);
    expect(solved).toEqual(z);
  });

  it('sums what remains, over z and m in one array', () => {
    const pool = new MaxPool(image, window, relu);
    const m = Float64Array.of(1, -2, 3, 0.5, -1, -2, -3, -4);
    const a = Float64Array.of(1.5, 2);
    const sums = new Float64Array(2);
    const z = m.slice();
    pool.solveAndSum(a, z, { gamma: 1, beta: 1 }, z, sums);
    // Two members, 1 and 3, aim at 1.5: 3 comes down to 2.25. The other window stays: reaching 2 from -1 costs more.
    expect([...z]).toEqual([1, -2, 2.25, 0.5, -1, -2, -3, -4]);
    expect(sums[0]).toBeCloseTo(0.75 ** 2);
    expect(sums[1]).toBeCloseTo(0.75 ** 2 + 4);
  });

  it('answers NaN with NaN', () => {
    const pool = new MaxPool(image, window);
    const out = Float64Array.of(0);
    pool.apply(Float64Array.of(1, NaN, 2, 0), out);
    expect(out[0]).toBeNaN();
    const z = Float64Array.of(1, 2, 3, 4);
    pool.solve(Float64Array.of(NaN), z, { gamma: 1, beta: 1 }, z);
    expect(z.every(Number.isNaN)).toBe(true);
  });

  it.each([
    [tanh, 'continuous piecewise-linear activation, and "tanh" is none: pool in a layer of its own'],
    [sign, '"sign" is none'],
  ])('says which activations it cannot be solved with', (h, message) => {
    expect(() => new MaxPool(image, window, h)).toThrow(message);
  });
});
