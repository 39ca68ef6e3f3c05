import * as fc from 'fast-check';
import { Container } from 'inversify';
import { describe, expect, it } from 'vitest';
import { block, type Block } from '../../../core/block.ts';
import { OutputSolver } from '../../../core/output-solver.ts';
import { decideByTarget, hinge, squared } from '../../../layers/losses/index.ts';
import { layersModule } from '../../../layers/module.ts';
import { outputLaws } from '../../laws/output.ts';

const container = new Container();
container.load(layersModule);
const solvers = container.getAll(OutputSolver);

const row = (...values: number[]): Block => block(1, values.length, Float64Array.from(values));

function solveOne(solver: OutputSolver, y: number, m: number, lambda: number, beta: number): number {
  const z = row(NaN);
  solver.solve(row(y), row(m), row(lambda), beta, z);
  return z.data[0]!;
}

const real = fc.double({ min: -5, max: 5, noNaN: true });
const weight = fc.double({ min: -3, max: 3, noNaN: true }).map((exponent) => 10 ** exponent);

describe('the losses of the layers module', () => {
  it('have the names run files use', () => {
    expect(solvers.map(({ name }) => name)).toEqual(expect.arrayContaining(['hinge', 'squared']));
  });

  it('let NaN through, so that the engine can see it', () => {
    for (const solver of solvers) {
      for (const y of [0, 1]) {
        expect(solveOne(solver, y, NaN, 0, 1)).toBeNaN();
        expect(solveOne(solver, y, 0, NaN, 1)).toBeNaN();
        expect(solver.loss(row(0, NaN), row(y, y))).toBeNaN();
      }
    }
  });
});

for (const solver of solvers) {
  describe(`loss ${solver.name}`, () => outputLaws(solver));
}

describe('hinge', () => {
  it('is max(1 - z, 0) where y = 1 and max(z, 0) where y = 0, summed', () => {
    expect(hinge.loss(row(-1, 0.5, 2), row(1, 1, 1))).toBe(2.5);
    expect(hinge.loss(row(-1, 0.5, 2), row(0, 0, 0))).toBe(2.5);
  });

  it('declares its slopes', () => {
    expect(hinge.slopes(1)).toEqual([-1, 0]);
    expect(hinge.slopes(0)).toEqual([0, 1]);
  });

  it('stops at the kink: v = 0.2, beta = 1, y = 0 gives 0 at cost 0.04, not 0.2 at cost 0.20', () => {
    const z = solveOne(hinge, 0, 0.2, 0, 1);
    expect(z).toBe(0);
    expect(hinge.loss(row(z), row(0)) + (z - 0.2) ** 2).toBeCloseTo(0.04, 15);
    expect(solveOne(hinge, 1, 0.8, 0, 1)).toBe(1);
  });

  it.each([
    [0, -3, -3],
    [0, 3, 2.5],
    [1, 3, 3],
    [1, -3, -2.5],
  ])('moves half a unit down its slope and not at all beyond the kink: y = %d, m = %d gives %d', (y, m, z) => {
    expect(solveOne(hinge, y, m, 0, 1)).toBe(z);
  });

  it('sees the multiplier as a shift of m by -lambda / (2 beta)', () => {
    fc.assert(
      fc.property(fc.constantFrom(0, 1), real, real, weight, (y, m, lambda, beta) => {
        expect(solveOne(hinge, y, m, lambda, beta)).toBeCloseTo(
          solveOne(hinge, y, m - lambda / (2 * beta), 0, beta),
          9,
        );
      }),
    );
  });

  it('takes the better of the two candidates of the public ports, each clamped to its side', () => {
    fc.assert(
      fc.property(fc.constantFrom(0, 1), real, real, weight, (y, m, lambda, beta) => {
        const v = m - lambda / (2 * beta);
        const half = 1 / (2 * beta);
        const candidates = y === 1 ? [Math.max(1, v), Math.min(1, v + half)] : [Math.min(0, v), Math.max(0, v - half)];
        const cost = (z: number): number => hinge.loss(row(z), row(y)) + beta * (z - v) ** 2;
        const best = Math.min(...candidates.map(cost));
        const found = cost(solveOne(hinge, y, m, lambda, beta));
        expect(Math.abs(found - best)).toBeLessThanOrEqual(1e-12 * (1 + best + beta * v * v));
      }),
    );
  });
});

describe('squared', () => {
  it('has no factor 1/2', () => {
    expect(squared.loss(row(1, 2), row(0, 5))).toBe(10);
  });

  it('bounds no slope', () => {
    expect(squared.slopes(0)).toEqual([-Infinity, Infinity]);
  });

  it('solves z = (y - lambda / 2 + beta m) / (1 + beta)', () => {
    expect(solveOne(squared, 1, 2, 4, 3)).toBe(1.25);
  });

  it('leaves no slope for any real target', () => {
    fc.assert(
      fc.property(real, real, real, weight, (y, m, lambda, beta) => {
        const z = solveOne(squared, y, m, lambda, beta);
        expect(Math.abs(2 * (z - y) + lambda + 2 * beta * (z - m))).toBeLessThan(1e-13 * (100 + 20 * beta));
      }),
    );
  });
});

describe('decisions', () => {
  const decide = (rows: number, cols: number, values: number[]): number[] => {
    const out = new Int32Array(rows);
    decideByTarget(block(rows, cols, Float32Array.from(values)), out);
    return [...out];
  };

  it('of one output are class 1 from 0.5 on', () => {
    expect(decide(5, 1, [0.49, 0.5, 7, -7, NaN])).toEqual([0, 1, 1, 0, 0]);
  });

  it('of several outputs are the largest, the first of equals', () => {
    expect(decide(4, 3, [0, 1, 2, 5, 5, 1, -3, -1, -1, 0, 0, 0])).toEqual([2, 0, 1, 0]);
  });

  it('are those of both losses', () => {
    for (const solver of [hinge, squared]) {
      const out = new Int32Array(1);
      solver.decide(row(0, 2, 2), out);
      expect(out[0]).toBe(1);
    }
  });
});
