import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elu, gelu, lookupTable, sigmoid, silu, softplus, tanh } from '../../activations/index.ts';
import { tabulate } from '../../activations/lookup-table/curve.ts';
import { StartTable } from '../../activations/lookup-table/start-table.ts';
import type { ActivationSolver } from '../../core/activation-solver.ts';
import { epsilonOf } from '../../core/block.ts';
import type { Penalty } from '../../core/penalty.ts';
import { numbers } from '../laws/brute-force.ts';
import { applyAll, costAt, solveAll } from '../support/entries.ts';

/** $h$ on a fine grid: reading it is the quickest brute force. */
function gridOf(
  solver: ActivationSolver,
  from: number,
  to: number,
  step: number,
): { z: Float64Array; h: Float64Array } {
  const z = Float64Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) => from + i * step);
  const h = z.slice();
  solver.apply(h, h);
  return { z, h };
}

/** The lowest cost on a grid: an upper bound of the minimum, and near it where the grid is fine. */
function lowestOnGrid({ z, h }: ReturnType<typeof gridOf>, a: number, m: number, { gamma, beta }: Penalty): number {
  let lowest = Infinity;
  for (let i = 0; i < z.length; i++) {
    const cost = gamma * (a - h[i]!) ** 2 + beta * (z[i]! - m) ** 2;
    if (cost < lowest) lowest = cost;
  }
  return lowest;
}

const kinked = lookupTable({ name: 'kinked', apply: (z) => Math.max(z - 0.5, 0) + Math.min(z + 0.5, 0) });
const wave = lookupTable({ name: 'wave', apply: (z) => z + 2 * Math.sin(3 * z) });
const terrace = lookupTable({ name: 'terrace', apply: (z) => z - Math.sin(z) });
const solvers = [tanh, sigmoid, softplus, elu, gelu, silu, kinked, wave, terrace];

const place = fc.double({ min: -5, max: 5, noNaN: true });
const exponent = fc.double({ min: -1.5, max: 1.5, noNaN: true });

describe.each(solvers)('the look-up table of $name', (solver) => {
  const grid = gridOf(solver, -20, 20, 1 / 256);

  it.each(['float32', 'float64'] as const)('never loses to a fine grid by more than its gap, in %s', (precision) => {
    const entries = fc.array(fc.tuple(place, place), { minLength: 20, maxLength: 20 });
    fc.assert(
      fc.property(entries, exponent, exponent, (given, first, second) => {
        const penalty = { gamma: 10 ** first, beta: 10 ** second };
        const [a, m] = [0, 1].map((side) =>
          Array.from(
            numbers(
              precision,
              given.map((entry) => entry[side]!),
            ),
          ),
        );
        solveAll(solver, a!, m!, penalty, precision).forEach((z, i) => {
          const scale = 1 + penalty.gamma * a![i]! ** 2 + penalty.beta * m![i]! ** 2;
          const rounding = 16 * epsilonOf(precision) * (scale + penalty.gamma * applyAll(solver, [m![i]!])[0]! ** 2);
          const lowest = lowestOnGrid(grid, a![i]!, m![i]!, penalty);
          expect(costAt(solver, a![i]!, m![i]!, penalty, z)).toBeLessThanOrEqual(
            lowest + solver.gap * scale + rounding,
          );
        });
      }),
      { numRuns: 15 },
    );
  });

  it('ends where the derivative of the cost vanishes, or on a kink', () => {
    const penalty = { gamma: 3, beta: 1 };
    fc.assert(
      fc.property(place, place, (a, m) => {
        const z = solveAll(solver, [a], [m], penalty)[0]!;
        const step = 1e-5;
        const [below, here, above] = [-step, 0, step].map((shift) => costAt(solver, a, m, penalty, z + shift));
        expect(Math.min(below!, above!)).toBeGreaterThanOrEqual(here! - 1e-10 * (1 + a * a + m * m));
      }),
    );
  });

  it('leaves m where it is when a is its value already', () => {
    const m = [-3.7, -1, -0.25, 0, 0.3, 1.2, 4.5];
    const a = applyAll(solver, m);
    solveAll(solver, a, m, { gamma: 10, beta: 1 }).forEach((z, i) => expect(z).toBeCloseTo(m[i]!, 7));
  });

  it('rises with m', () => {
    const m = Array.from({ length: 400 }, (_, i) => i / 40 - 5);
    for (const a of [-2, -0.3, 0, 0.6, 1, 3]) {
      const z = solveAll(solver, new Array<number>(m.length).fill(a), m, { gamma: 10, beta: 1 });
      for (let i = 1; i < z.length; i++) expect(z[i]!).toBeGreaterThanOrEqual(z[i - 1]! - 1e-8);
    }
  });

  it('reads single-precision values from the table to eight places', () => {
    const z = Array.from({ length: 997 }, (_, i) => Math.fround((i - 498) / 11));
    const values = applyAll(solver, z);
    applyAll(solver, z, 'float32').forEach((value, i) => {
      expect(Math.abs(value - values[i]!)).toBeLessThanOrEqual(1e-8 + 1.3e-7 * Math.abs(values[i]!));
    });
  });
});

describe('a jump of the minimiser', () => {
  const penalty = { gamma: 10, beta: 1 };

  it('of an even function is taken to the side of m', () => {
    const bell = lookupTable({ name: 'bell', apply: (z) => Math.exp(-z * z) });
    for (const precision of ['float32', 'float64'] as const) {
      for (const tiny of [1e-6, 1e-3, 0.03]) {
        const [left, right] = solveAll(bell, [0, 0], [-tiny, tiny], penalty, precision);
        expect(right).toBeGreaterThan(0.5);
        expect(left).toBeCloseTo(-right!, precision === 'float32' ? 5 : 12);
      }
    }
  });

  /** Where the minimiser for `a` jumps as m rises from -8 to 8, by bisection on the best place of a fine grid. */
  function jumpOf(solver: ActivationSolver, a: number, border: number): number {
    const { z, h } = gridOf(solver, -9, 9, 1 / 2048);
    let [low, high] = [-8, 8];
    for (let step = 0; step < 40; step++) {
      const m = (low + high) / 2;
      let [best, lowest] = [0, Infinity];
      for (let i = 0; i < z.length; i++) {
        const cost = penalty.gamma * (a - h[i]!) ** 2 + penalty.beta * (z[i]! - m) ** 2;
        if (cost < lowest) [best, lowest] = [z[i]!, cost];
      }
      if (best < border) low = m;
      else high = m;
    }
    return low;
  }

  it.each([
    { solver: tanh, a: 1, border: -0.5 },
    { solver: tanh, a: -0.9, border: 0.5 },
    { solver: silu, a: 1.5, border: -1 },
    { solver: gelu, a: 1.5, border: -1 },
    { solver: softplus, a: 2, border: -1 },
    { solver: elu, a: 2, border: -1 },
  ])('of $solver.name for a = $a is found where brute force finds it', ({ solver, a, border }) => {
    const at = jumpOf(solver, a, border);
    const [before, after] = solveAll(solver, [a, a], [at - 1e-4, at + 1e-4], penalty);
    expect(before).toBeLessThan(border);
    expect(after).toBeGreaterThan(border);
    expect(after! - before!).toBeGreaterThan(0.3);
    const costs = [before!, after!].map((z) => costAt(solver, a, at, penalty, z));
    expect(Math.abs(costs[0]! - costs[1]!)).toBeLessThan(1e-2);
  });
});

describe('far out', () => {
  const far = [-1e150, -1e30, -3e6, -1234.5, -41, 41, 1234.5, 3e6, 1e30, 1e150];

  it.each(solvers)('$name is solved within its gap', (solver) => {
    for (const ratio of [1e-3, 1, 1e3]) {
      const penalty = { gamma: ratio, beta: 1 };
      for (const a of [...far, 0.3]) {
        for (const m of [...far, -0.7]) {
          const z = solveAll(solver, [a], [m], penalty)[0]!;
          const ends = applyAll(solver, [-1000, 1000]);
          const slopes = [0, 1].map(
            (side) => (ends[side]! - applyAll(solver, [side ? 999 : -999])[0]!) * (side ? 1 : -1),
          );
          // On the tails, the closed form of a straight line; between them, places at all scales.
          const tails = slopes.map((slope, side) => {
            const offset = ends[side]! - slope * (side ? 1000 : -1000);
            return (ratio * slope * (a - offset) + m) / (1 + ratio * slope ** 2);
          });
          const between = Array.from({ length: 200 }, (_, i) => i / 5 - 20);
          const lowest = Math.min(...[m, ...tails, ...between].map((x) => costAt(solver, a, m, penalty, x)));
          const scale = 1 + penalty.gamma * a ** 2 + penalty.beta * m ** 2;
          expect(costAt(solver, a, m, penalty, z)).toBeLessThanOrEqual(lowest + solver.gap * scale);
        }
      }
    }
  });

  it('infinite numbers and NaN become NaN', () => {
    for (const given of [NaN, Infinity, -Infinity]) {
      expect(solveAll(tanh, [given, 0.5, given], [0.5, given, given], { gamma: 1, beta: 1 })).toEqual([NaN, NaN, NaN]);
    }
  });

  it('values are those of straight lines, at infinity too', () => {
    expect(applyAll(tanh, [-Infinity, -50, 50, Infinity])).toEqual([-1, -1, 1, 1]);
    expect(applyAll(softplus, [-1e300, 1e300, Infinity])).toEqual([expect.closeTo(0, 15), 1e300, Infinity]);
    for (const precision of ['float32', 'float64'] as const) {
      expect(applyAll(gelu, [-Infinity, -100, 100, NaN], precision)).toEqual([
        expect.closeTo(0, 15),
        expect.closeTo(0, 15),
        100,
        NaN,
      ]);
    }
  });
});

describe('values in double precision', () => {
  it('are those of the function itself', () => {
    const z = Array.from({ length: 101 }, (_, i) => (i - 50) / 7);
    expect(applyAll(tanh, z)).toEqual(z.map(Math.tanh));
  });

  it('of GELU are exact to the last places', () => {
    const known = [
      [1, 0.8413447460685429],
      [-1, -0.15865525393145707],
      [0, 0],
      [-3, -0.00404969409489031],
    ];
    for (const [z, value] of known) expect(applyAll(gelu, [z!])[0]).toBeCloseTo(value!, 15);
  });
});

describe('tables', () => {
  const count = 3000;
  const a = Float32Array.from({ length: count }, (_, i) => 3 * Math.sin(i));
  const m = Float32Array.from({ length: count }, (_, i) => 4 * Math.cos(1.7 * i));

  it('give the same bits in any order of calls, however often, and after others were made', () => {
    const make = (): ActivationSolver => lookupTable({ name: 'again', apply: Math.tanh });
    const solver = make();
    const [z, parts, later] = [m.slice(), m.slice(), m.slice()];
    solver.solve(a, m, { gamma: 10, beta: 1 }, z);
    const other = make();
    for (let at = count; at > 0; at -= 500) {
      const part = parts.subarray(at - 500, at);
      other.solve(a.subarray(at - 500, at), part, { gamma: 10, beta: 1 }, part);
    }
    expect(parts).toEqual(z);
    for (let gamma = 1; gamma < 9; gamma++) solver.solve(a, m, { gamma, beta: 1 }, later);
    solver.solve(a, m, { gamma: 20, beta: 2 }, later);
    expect(later).toEqual(z);
  });

  it('are plain numbers and arrays, which a worker may be sent', () => {
    const curve = tabulate('sent', Math.tanh, { from: -40, to: 40, spacing: 1 / 64 });
    const [here, there] = [m.slice(), m.slice()];
    new StartTable(curve, 10).solve(a, here, here);
    new StartTable(structuredClone(curve), 10).solve(a, there, there);
    expect(there).toEqual(here);
  });
});
