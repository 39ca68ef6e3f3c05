import { describe, expect, it } from 'vitest';
import {
  ActivationSolver,
  catalogue,
  createContainer,
  OutputSolver,
  resolveActivation,
  resolveLoss,
} from '../../../core/index.ts';
import { activationsModule, lookupTable } from '../../../activations/index.ts';
import { isTabulated } from '../../../activations/lookup-table.ts';
import { zeros, type Real } from '../../../core/block.ts';
import { random } from '../../../core/random.ts';
import { squaredDistance } from '../../../core/schemes/constraint-sums.ts';
import { mlMatrix } from '../../../extensions/ml-matrix/index.ts';
import { wasmAccelerator, wasmModule } from '../../../extensions/wasm/index.ts';
import { hinge, layersModule, squared } from '../../../layers/index.ts';
import { activationLaws } from '../../laws/activation.ts';

const container = createContainer(activationsModule, layersModule, wasmModule(mlMatrix));
const known = catalogue(container);
const acceleration = wasmAccelerator().open();
const accelerations = known.accelerators.map((accelerator) => accelerator.open());

const tabulated = container.getAll(ActivationSolver).filter(isTabulated);
const withPieces = container.getAll(ActivationSolver).filter(({ pieces }) => pieces !== undefined);

describe.each(withPieces)('activation $name in SIMD', (solver) => {
  activationLaws(acceleration.activation(solver)!);

  it('is what a run gets, under the same name', () => {
    const found = resolveActivation(solver.name, known, accelerations);
    expect(found).not.toBe(solver);
    expect([found.name, found.gap, found.pieces]).toEqual([solver.name, 0, solver.pieces]);
  });
});

describe.each(tabulated)('activation $name by table in SIMD', (solver) => {
  const fast = acceleration.activation(solver)!;
  activationLaws(fast);

  it('is what a run gets, under the same name and with its sums', () => {
    const found = resolveActivation(solver.name, known, accelerations);
    expect(found).toMatchObject({ name: solver.name, gap: solver.gap });
    expect(found).toHaveProperty('solveAndSum');
  });

  // Numbers in the memory of the kernels and outside it, beside each other and in the same place; no whole vectors.
  it.each(['float32', 'float64'] as const)('gives the sums of what it solves, in %s', (precision) => {
    const stream = random(solver.name);
    const allocate = (): Real => acceleration.allocate!(precision, 1003) ?? zeros(precision, 1003);
    for (const make of [allocate, (): Real => zeros(precision, 1003)]) {
      const [a, m] = [make(), make()].map((data) => data.map(() => 3 * stream.normal()) as Real);
      const z = make();
      const sums = new Float64Array([1, 2]);
      fast.solveAndSum!(a!, m!, { gamma: 2, beta: 1 }, z, sums);
      const value = zeros('float64', z.length);
      solver.apply(Float64Array.from(z), value);
      expect(sums[0]! / (1 + squaredDistance(z, m!))).toBeCloseTo(1, 4);
      expect(sums[1]! / (2 + squaredDistance(a!, value))).toBeCloseTo(1, 4);
      fast.solve(a!, m!, { gamma: 2, beta: 1 }, a!);
      expect(a).toEqual(z);
    }
  });

  it('gives an entry the same bits wherever it stands, and whatever was solved before', () => {
    const stream = random('order');
    const [a, m] = [0, 1].map(() => Float32Array.from({ length: 203 }, () => 2 * stream.normal()));
    const solveOn = (own: ActivationSolver, from: number, to: number): Float32Array => {
      const z = new Float32Array(to - from);
      own.solve(a!.subarray(from, to), m!.subarray(from, to), { gamma: 7, beta: 1 }, z);
      return z;
    };
    const [first, second] = [1, 2].map(() => wasmAccelerator().open().activation(solver)!);
    const whole = solveOn(first!, 0, 203);
    expect(solveOn(first!, 0, 203)).toEqual(whole);
    solveOn(second!, 97, 203);
    for (const [from, to] of [
      [0, 1],
      [1, 98],
      [98, 203],
    ] as const) {
      expect(solveOn(second!, from, to)).toEqual(whole.subarray(from, to));
    }
  });

  it('solves for a fifth ratio, and for the first one again, as for a first one', () => {
    const stream = random('ratios');
    const [a, m] = [0, 1].map(() => Float32Array.from({ length: 64 }, () => stream.normal()));
    const solve = (gamma: number): Float32Array => {
      const z = new Float32Array(64);
      fast.solve(a!, m!, { gamma, beta: 1 }, z);
      return z;
    };
    const first = solve(1);
    for (const gamma of [2, 3, 4, 5, 6]) solve(gamma);
    expect(solve(1)).toEqual(first);
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
  it('leaves a table alone whose knots are no numbers of f32', () => {
    const knots = { from: -3, to: 3, spacing: 0.01 };
    expect(acceleration.activation(lookupTable({ name: 'any', apply: Math.tanh, ...knots }))).toBeUndefined();
  });

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
