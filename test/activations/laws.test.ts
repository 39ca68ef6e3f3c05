import { describe, expect, it } from 'vitest';
import { hardTanh, piecewiseLinear, relu, sign } from '../../activations/index.ts';
import type { ActivationSolver } from '../../core/activation-solver.ts';
import type { Real } from '../../core/block.ts';
import { activationLawsFor } from '../laws/activation.ts';
import { brokenLaws } from '../laws/law.ts';

/** A solver like another one but for its entry-by-entry rule. */
const withRule = (
  solver: ActivationSolver,
  rule: (a: number, m: number, gamma: number, beta: number) => number,
): ActivationSolver => ({
  ...solver,
  solve: (a, m, { gamma, beta }, z) => z.forEach((_, i) => (z[i] = rule(a[i]!, m[i]!, gamma, beta))),
});

const neverLoses = ['float32', 'float64'].map(
  (precision) => `solve never loses to a brute-force search in ${precision}`,
);

describe('the laws of activations', () => {
  it.each<[string, ActivationSolver]>([
    [
      'swaps beta and gamma',
      { ...relu, solve: (a, m, { gamma, beta }, z) => relu.solve(a, m, { gamma: beta, beta: gamma }, z) },
    ],
    [
      'lacks the second branch',
      withRule(relu, (a, m, gamma, beta) => Math.max(0, (gamma * a + beta * m) / (gamma + beta))),
    ],
    ['takes the forward value', withRule(hardTanh, (_, m) => m)],
    [
      'squares gamma in the comparison',
      {
        ...relu,
        solve: (a, m, { gamma, beta }, z) =>
          z.forEach((_, i) => {
            const [active, flat] = [Math.max(0, (gamma * a[i]! + beta * m[i]!) / (gamma + beta)), Math.min(0, m[i]!)];
            const cost = (x: number): number => gamma ** 2 * (a[i]! - Math.max(0, x)) ** 2 + beta * (x - m[i]!) ** 2;
            z[i] = cost(active) <= cost(flat) ? active : flat;
          }),
      },
    ],
    [
      'steps onto the joint of a jump from the left',
      {
        ...sign,
        solve(a, m, penalty, z) {
          sign.solve(a, m, penalty, z);
          z.forEach((value, i) => (z[i] = Math.abs(value) < 1e-300 || (value < 0 && value > -1e-44) ? 0 : value));
        },
      },
    ],
  ])('reject a solver that %s', (_, wrong) => {
    expect(brokenLaws(activationLawsFor(wrong))).toEqual(expect.arrayContaining(neverLoses));
  });

  it('reject a result that is a hundredth off', () => {
    const off: ActivationSolver = {
      ...relu,
      solve(a, m, penalty, z) {
        relu.solve(a, m, penalty, z);
        z.forEach((value, i) => (z[i] = value * 1.01));
      },
    };
    expect(brokenLaws(activationLawsFor(off))).toEqual(expect.arrayContaining(neverLoses));
    expect(brokenLaws(activationLawsFor({ ...off, gap: 1e-2 }))).not.toEqual(expect.arrayContaining(neverLoses));
  });

  it('reject NaN turned into a number', () => {
    const deaf = (z: Real, out: Real): void => z.forEach((x, i) => (out[i] = x > 0 ? x : 0));
    expect(brokenLaws(activationLawsFor({ ...relu, apply: deaf }))).toContain('NaN in, NaN out in float64');
  });

  it('reject a solver that reads what it has overwritten', () => {
    const forgetful: ActivationSolver = {
      ...relu,
      solve(a, m, penalty, z) {
        z.fill(0);
        relu.solve(a, m, penalty, z);
      },
    };
    expect(brokenLaws(activationLawsFor(forgetful))).toContain('the written array may be one that is read in float64');
  });

  it('reject pieces that are not those of apply', () => {
    const left = piecewiseLinear('left', [
      { from: -Infinity, to: 0, slope: 0, offset: -1 },
      { from: 0, to: Infinity, slope: 0, offset: 2 },
    ]);
    const broken = brokenLaws(activationLawsFor({ ...sign, pieces: left.pieces! }));
    expect(broken).toEqual(['apply agrees with the declared pieces, the right one holding at a joint']);
  });

  it('hold for an activation that declares no pieces', () => {
    const { pieces: _, ...undeclared } = relu;
    expect(brokenLaws(activationLawsFor(undeclared))).toEqual([]);
  });
});
