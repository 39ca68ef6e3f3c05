import { describe, expect, it } from 'vitest';
import {
  ActivationSolver,
  catalogue,
  createContainer,
  OutputSolver,
  resolveActivation,
  resolveLoss,
} from '../../../core/index.ts';
import { activationsModule } from '../../../activations/index.ts';
import { mlMatrix } from '../../../extensions/ml-matrix/index.ts';
import { wasmAccelerator, wasmModule } from '../../../extensions/wasm/index.ts';
import { hinge, layersModule, squared } from '../../../layers/index.ts';
import { activationLaws } from '../../laws/activation.ts';

const container = createContainer(activationsModule, layersModule, wasmModule(mlMatrix));
const known = catalogue(container);
const acceleration = wasmAccelerator().open();
const accelerations = known.accelerators.map((accelerator) => accelerator.open());

const withPieces = container.getAll(ActivationSolver).filter(({ pieces }) => pieces !== undefined);

describe.each(withPieces)('activation $name in SIMD', (solver) => {
  activationLaws(acceleration.activation(solver)!);

  it('is what a run gets, under the same name', () => {
    const found = resolveActivation(solver.name, known, accelerations);
    expect(found).not.toBe(solver);
    expect([found.name, found.gap, found.pieces]).toEqual([solver.name, 0, solver.pieces]);
  });
});

describe.each(container.getAll(OutputSolver))('loss $name in SIMD', (solver) => {
  it('is what a run gets, with all that is its own', () => {
    const found = resolveLoss(solver.name, known, accelerations);
    expect(found).not.toBe(solver);
    expect(found).toMatchObject({ ...solver, solve: expect.any(Function) as unknown });
    expect(found).toHaveProperty('solveAndStep');
  });
});

describe('the accelerator', () => {
  it('leaves activations without pieces alone', () => {
    const searched: ActivationSolver = { name: 'any', gap: 1e-6, apply: () => undefined, solve: () => undefined };
    expect(acceleration.activation(searched)).toBeUndefined();
  });

  it('has sums at hand for ReLU, whatever it is called', () => {
    const relu = container.getAll(ActivationSolver).find(({ name }) => name === 'relu')!;
    expect(acceleration.activation({ ...relu, name: 'rectifier' })).toHaveProperty('solveAndSum');
  });

  it('knows a loss by its values and z-update, not by its name', () => {
    const decide = (): undefined => undefined;
    expect(acceleration.output!({ ...hinge, name: 'margin', decide })).toMatchObject({ name: 'margin', decide });
    expect(acceleration.output!({ ...hinge, loss: (z, y) => squared.loss(z, y) })).toBeUndefined();
    expect(acceleration.output!({ ...squared, solve: () => undefined })).toBeUndefined();
  });

  it('opens memory of its own for every run', () => {
    const arrays = [1, 2].map(() => wasmAccelerator().open().allocate!('float32', 3)!);
    expect(arrays[0]!.buffer === arrays[1]!.buffer).toBe(false);
  });
});
