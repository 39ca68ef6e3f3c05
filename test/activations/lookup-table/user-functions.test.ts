import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lookupTable, piecewiseLinear } from '../../../activations/index.ts';
import { UserError } from '../../../core/errors.ts';
import { applyAll, costAt, solveAll } from '../../support/entries.ts';

const kinked = lookupTable({ name: 'kinked', apply: (z) => Math.max(z - 0.5, 0) + Math.min(z + 0.5, 0) });
const place = fc.double({ min: -5, max: 5, noNaN: true });
const exponent = fc.double({ min: -1.5, max: 1.5, noNaN: true });

describe('a function of the user', () => {
  it('made of straight lines is solved as by the closed form', () => {
    const exact = piecewiseLinear('exact', [
      { from: -Infinity, to: -0.5, slope: 1, offset: 0.5 },
      { from: -0.5, to: 0.5, slope: 0, offset: 0 },
      { from: 0.5, to: Infinity, slope: 1, offset: -0.5 },
    ]);
    fc.assert(
      fc.property(place, place, exponent, (a, m, power) => {
        const penalty = { gamma: 10 ** power, beta: 1 };
        const [found, expected] = [kinked, exact].map((solver) => solveAll(solver, [a], [m], penalty)[0]!);
        expect(costAt(exact, a, m, penalty, found!)).toBeCloseTo(costAt(exact, a, m, penalty, expected!), 10);
      }),
    );
  });

  it('is called between its first and its last knot only, and not after it was tabulated', () => {
    const calls: number[] = [];
    const apply = (z: number): number => {
      calls.push(z);
      return Math.sin(z);
    };
    const solver = lookupTable({ name: 'arch', apply, from: -2, to: 4, spacing: 1 / 32 });
    expect(Math.min(...calls)).toBe(-2);
    expect(Math.max(...calls)).toBe(4);
    const before = calls.length;
    solveAll(solver, [0.5, 7, -9], [1, 30, -30], { gamma: 1, beta: 1 });
    applyAll(solver, [0.5, 7, -9], 'float32');
    expect(calls).toHaveLength(before);
  });

  it('goes on as a straight line outside its knots', () => {
    const solver = lookupTable({ name: 'square', apply: (z) => z * z, from: -1, to: 2, spacing: 1 / 16 });
    expect(applyAll(solver, [-3, 0.5, 5])).toEqual([expect.closeTo(1 + 2 * 2, 8), 0.25, expect.closeTo(4 + 4 * 3, 8)]);
    const [z] = solveAll(solver, [16], [5], { gamma: 1, beta: 1 });
    expect(z).toBeCloseTo(5, 8);
  });

  it('may have kinks at knots of its own spacing', () => {
    const apply = (z: number): number => Math.abs(z - 1 / 3);
    const solver = lookupTable({ name: 'off', apply, from: -30, to: 30, spacing: 1 / 60 });
    expect(solveAll(solver, [0], [2], { gamma: 3, beta: 1 })[0]).toBeCloseTo(1 / 3 + (2 - 1 / 3) / 4, 9);
    expect(solveAll(solver, [-5], [0.5], { gamma: 3, beta: 1 })[0]).toBeCloseTo(1 / 3, 12);
  });

  it.each<[string, Parameters<typeof lookupTable>[0], string]>([
    ['a kink between knots', { name: 'bad', apply: (z) => Math.abs(z - 1 / 3) }, 'misses h by'],
    ['a jump', { name: 'bad', apply: (z) => Math.sign(z - 0.1) }, 'a knot at every kink'],
    ['ripples too narrow', { name: 'bad', apply: (z) => Math.sin(60 * z) }, 'a spacing finer than 0.015625'],
    ['an overflow', { name: 'bad', apply: (z) => Math.exp(z * z) }, 'must be finite from -40 to 40'],
    ['no value', { name: 'bad', apply: Math.log }, 'is NaN'],
    ['knots in the wrong order', { name: 'bad', apply: Math.tanh, from: 1, to: -1 }, 'from 1 must be below to -1'],
    ['an infinite table', { name: 'bad', apply: Math.tanh, to: Infinity }, 'both finite'],
    ['a spacing that does not fit', { name: 'bad', apply: Math.tanh, spacing: 0.3 }, 'make it a whole number'],
    ['a negative spacing', { name: 'bad', apply: Math.tanh, spacing: -1 }, 'must be above 0'],
    ['too many knots', { name: 'bad', apply: Math.tanh, spacing: 1e-5 }, 'give a wider spacing'],
  ])('with %s is refused', (_, options, message) => {
    const make = (): unknown => lookupTable(options);
    expect(make).toThrow(UserError);
    expect(make).toThrow(message);
    expect(make).toThrow('"bad"');
  });
});
