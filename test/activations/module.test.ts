import { Container } from 'inversify';
import { describe, expect, it } from 'vitest';
import { activationsModule, leakyReluWith, lookupTable, piecewiseLinear } from '../../activations/index.ts';
import { ActivationSolver } from '../../core/activation-solver.ts';
import { activationLaws } from '../laws/activation.ts';

const container = new Container();
container.load(activationsModule);
const solvers = container.getAll(ActivationSolver);

describe('the activations of the module', () => {
  it('have the names run files use', () => {
    expect(solvers.map(({ name }) => name)).toEqual([
      'identity',
      'relu',
      'leaky-relu',
      'hard-tanh',
      'hard-sigmoid',
      'absolute',
      'sign',
      'tanh',
      'sigmoid',
      'softplus',
      'elu',
      'gelu',
      'silu',
    ]);
  });

  it('are closed forms that declare their pieces, or look-up tables that declare a gap', () => {
    for (const { gap, pieces } of solvers) {
      expect(gap).toBe(pieces === undefined ? 1e-6 : 0);
      expect(pieces?.length).not.toBe(0);
    }
  });
});

const staircase = piecewiseLinear('staircase', [
  { from: -Infinity, to: -0.7, slope: 0, offset: -1 },
  { from: -0.7, to: 0.1, slope: 0, offset: 0 },
  { from: 0.1, to: Infinity, slope: 0, offset: 1 },
]);
const saw = piecewiseLinear('saw', [
  { from: -Infinity, to: 1 / 3, slope: 1, offset: 0 },
  { from: 1 / 3, to: 2.3, slope: -2, offset: 1 },
  { from: 2.3, to: Infinity, slope: 1000, offset: -3 },
]);

const wave = lookupTable({ name: 'wave', apply: (z) => z + 2 * Math.sin(3 * z) });
const hardSwish = lookupTable({ name: 'hard-swish', apply: (z) => (z * Math.min(6, Math.max(0, z + 3))) / 6 });

for (const solver of [...solvers, leakyReluWith(-0.3), staircase, saw, wave, hardSwish]) {
  describe(`activation ${solver.name}`, () => activationLaws(solver));
}
