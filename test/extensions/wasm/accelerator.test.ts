import { describe, expect, it } from 'vitest';
import { ActivationSolver, catalogue, createContainer, resolveActivation } from '../../../core/index.ts';
import { activationsModule } from '../../../activations/index.ts';
import { mlMatrix } from '../../../extensions/ml-matrix/index.ts';
import { wasmAccelerator, wasmModule } from '../../../extensions/wasm/index.ts';
import { activationLaws } from '../../laws/activation.ts';

const container = createContainer(activationsModule, wasmModule(mlMatrix));
const accelerator = wasmAccelerator();

describe.each(container.getAll(ActivationSolver))('activation $name in SIMD', (solver) => {
  activationLaws(accelerator.activation(solver)!);

  it('is what a run gets, under the same name', () => {
    const found = resolveActivation(solver.name, catalogue(container));
    expect(found).not.toBe(solver);
    expect([found.name, found.gap, found.pieces]).toEqual([solver.name, 0, solver.pieces]);
  });
});

describe('the accelerator', () => {
  it('leaves activations without pieces alone', () => {
    const searched: ActivationSolver = { name: 'any', gap: 1e-6, apply: () => undefined, solve: () => undefined };
    expect(accelerator.activation(searched)).toBeUndefined();
  });

  it('has sums at hand for ReLU, whatever it is called', () => {
    const relu = container.getAll(ActivationSolver).find(({ name }) => name === 'relu')!;
    expect(accelerator.activation({ ...relu, name: 'rectifier' })).toHaveProperty('solveAndSum');
  });
});
