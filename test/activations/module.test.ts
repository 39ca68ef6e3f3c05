import { Container } from 'inversify';
import { describe, expect, it } from 'vitest';
import { activationsModule, leakyReluWith, piecewiseLinear } from '../../activations/index.ts';
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
    ]);
  });

  it('are closed forms and declare their pieces', () => {
    for (const { gap, pieces } of solvers) {
      expect(gap).toBe(0);
      expect(pieces!.length).toBeGreaterThan(0);
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

for (const solver of [...solvers, leakyReluWith(-0.3), staircase, saw]) {
  describe(`activation ${solver.name}`, () => activationLaws(solver));
}
