import { fc, it } from '@fast-check/vitest';
import { Matrix, QrDecomposition } from 'ml-matrix';
import { describe, expect } from 'vitest';
import {
  block,
  ConjugateGradientInputs,
  conjugateGradientWork,
  factoredInputs,
  prepareInputs,
  random,
  residentData,
  TileBuffers,
  zeros,
  type Block,
  type ConjugateGradientWork,
  type DenseReading,
  type InputSolver,
  type LayerSolver,
  type LinearAlgebra,
  type Penalty,
  type Precision,
  type Reading,
  type Real,
} from '../../../core/index.ts';
import type { DenseLayer } from '../../../layers/dense.ts';
import { dense, linearAlgebra } from '../../support/random-network.ts';

/** Twelve decades between the largest and the smallest penalty. */
const decades = fc.double({ min: -6, max: 6, noNaN: true }).map((exponent) => 10 ** exponent);

/** A node of some width, and readers that find it somewhere in their own, wider input. */
const problems = fc.record({
  width: fc.integer({ min: 1, max: 7 }),
  readers: fc.array(
    fc.record({
      outputs: fc.integer({ min: 1, max: 9 }),
      before: fc.constantFrom<number>(0, 0, 1, 2),
      after: fc.constantFrom<number>(0, 0, 1, 3),
      bias: fc.boolean(),
      beta: decades,
    }),
    { minLength: 1, maxLength: 3 },
  ),
  gamma: decades,
  rows: fc.integer({ min: 1, max: 6 }),
  seed: fc.nat(),
});

type Problem = typeof problems extends fc.Arbitrary<infer T> ? T : never;
type Reader = DenseReading & { readonly layer: DenseLayer };

interface Drawn {
  readonly readings: readonly Reader[];
  readonly residuals: readonly Block[];
  /** $h$, on which the correction is added. */
  readonly start: Block;
}

function draw({ width, readers, rows, seed }: Problem, precision: Precision): Drawn {
  const stream = random(`inputs/${seed}`);
  const normal = (length: number) => zeros(precision, length).map(() => stream.normal());
  const readings = readers.map(({ outputs, before, after, bias, beta }) => {
    const layer = dense(before + width + after, outputs, bias);
    const weights = normal(layer.weights);
    return { layer, weights, matrix: layer.matrix(weights), beta, columns: { from: before, to: before + width } };
  });
  const residuals = readers.map(({ outputs }) => block(rows, outputs, normal(rows * outputs)));
  return { readings, residuals, start: block(rows, width, normal(rows * width)) };
}

/** $\sqrt{\beta_r}$ times the readers' matrices cut to the node's columns, and times their residuals, stacked. */
function stacked({ readings, residuals }: Drawn): { readonly maps: Matrix; readonly targets: Matrix } {
  const cut = ({ matrix, columns, beta }: Reader): number[][] =>
    Array.from({ length: matrix.rows }, (_, p) => {
      const row = matrix.data.subarray(p * matrix.cols + columns.from, p * matrix.cols + columns.to);
      return Array.from(row, (value) => Math.sqrt(beta) * value);
    });
  const target = ({ rows, cols, data }: Block, beta: number): number[][] =>
    Array.from({ length: cols }, (_, p) => {
      return Array.from({ length: rows }, (_, row) => Math.sqrt(beta) * data[row * cols + p]!);
    });
  return {
    maps: new Matrix(readings.flatMap(cut)),
    targets: new Matrix(residuals.flatMap((residual, r) => target(residual, readings[r]!.beta))),
  };
}

/** The minimiser as a least-squares problem solved by QR; a column per sample. */
function bruteCorrection(drawn: Drawn, gamma: number): Matrix {
  const { maps, targets } = stacked(drawn);
  const { columns: width } = maps;
  const system = new Matrix([...Matrix.eye(width).mul(Math.sqrt(gamma)).to2DArray(), ...maps.to2DArray()]);
  const right = new Matrix([...Matrix.zeros(width, targets.columns).to2DArray(), ...targets.to2DArray()]);
  return new QrDecomposition(system).solve(right);
}

function objective(drawn: Drawn, gamma: number, correction: Matrix): number {
  const { maps, targets } = stacked(drawn);
  return gamma * correction.norm() ** 2 + Matrix.sub(targets, maps.mmul(correction)).norm() ** 2;
}

function correctionOf(solver: InputSolver, { residuals, start }: Drawn): Matrix {
  const a = block(start.rows, start.cols, start.data.slice());
  solver.correct(
    residuals.map(({ rows, cols, data }) => block(rows, cols, data.slice())),
    a,
  );
  const change = Array.from(a.data, (value, i) => value - start.data[i]!);
  return Matrix.from1DArray(start.rows, start.cols, change).transpose();
}

/** The correction found is as good as the brute one, to within a part of what there was to gain. */
function mustMatch(found: Matrix, drawn: Drawn, gamma: number, allowed: number): void {
  const best = objective(drawn, gamma, bruteCorrection(drawn, gamma));
  const before = objective(drawn, gamma, Matrix.zeros(found.rows, found.columns));
  expect(objective(drawn, gamma, found)).toBeLessThanOrEqual(best + allowed * before);
}

/** The same map, as a layer that only declares `apply` and `adjoint`. */
class WithoutMatrix implements LayerSolver {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: number;
  readonly statistics = 0;
  readonly inputStatistics = 0;
  readonly #layer: LayerSolver;

  constructor(layer: LayerSolver) {
    this.#layer = layer;
    this.inputs = layer.inputs;
    this.outputs = layer.outputs;
    this.weights = layer.weights;
  }

  apply(w: Real, a: Block, z: Block): void {
    this.#layer.apply(w, a, z);
  }

  adjoint(w: Real, r: Block, a: Block): void {
    this.#layer.adjoint(w, r, a);
  }

  initialise = notCalled;
  gatherInputs = notCalled;
  gatherTargets = notCalled;
  prepareWeights = notCalled;
}

function notCalled(): never {
  throw new Error('The input update only applies a map and its adjoint.');
}

function workOf({ readings, start }: Drawn, precision: Precision): ConjugateGradientWork {
  const rows = block(start.rows + 1, 0, new Float64Array(0));
  const shard = residentData('a tile and one row', rows, rows).shard(0, 1, start.rows);
  return conjugateGradientWork(start.cols, readings, new TileBuffers(linearAlgebra, precision, shard));
}

const firstRow = ({ cols, data }: Block): Block => block(1, cols, data.slice(0, cols));

const withoutMatrix = (reading: Reading): Reading => {
  const { weights, beta, columns } = reading;
  return { layer: new WithoutMatrix(reading.layer), weights, beta, columns };
};

/** The reader as it is before its matrix is asked for. */
const asFound = ({ layer, weights, beta, columns }: Reading): Reading => ({ layer, weights, beta, columns });

const precision = fc.constantFrom<Precision>('float32', 'float64');
const tolerance = { float32: 1e-5, float64: 1e-11 } as const;

describe('the input update', () => {
  it.prop([problems, precision])('by a factorisation is the least-squares solution', (problem, chosen) => {
    const drawn = draw(problem, chosen);
    const solver = factoredInputs(drawn.readings, problem.gamma, chosen, linearAlgebra);
    mustMatch(correctionOf(solver, drawn), drawn, problem.gamma, tolerance[chosen]);
  });

  it.prop([problems])('factors the smaller of the two systems, once', (problem) => {
    const sizes: number[] = [];
    const watched: LinearAlgebra = {
      ...linearAlgebra,
      factor(system, size, tolerance) {
        sizes.push(size);
        return linearAlgebra.factor(system, size, tolerance);
      },
    };
    factoredInputs(draw(problem, 'float64').readings, problem.gamma, 'float64', watched);
    const outputs = problem.readers.reduce((sum, reader) => sum + reader.outputs, 0);
    expect(sizes).toEqual([Math.min(outputs, problem.width)]);
  });

  it.prop([problems, precision])('by conjugate gradients is the least-squares solution', (problem, chosen) => {
    const drawn = draw(problem, chosen);
    const readings = drawn.readings.map(withoutMatrix);
    const solver = new ConjugateGradientInputs(readings, problem.gamma, chosen, workOf(drawn, chosen));
    mustMatch(correctionOf(solver, drawn), drawn, problem.gamma, tolerance[chosen]);
  });

  it.prop([problems])('takes readers of any mixture, with a matrix or without', (problem) => {
    const drawn = draw(problem, 'float64');
    const services = { linearAlgebra, precision: 'float64' as const, work: () => workOf(drawn, 'float64') };
    for (const hidden of [[], [0], drawn.readings.map((_, r) => r)]) {
      const readings = drawn.readings.map((reading, r) =>
        hidden.includes(r) ? withoutMatrix(reading) : asFound(reading),
      );
      const solver = prepareInputs(readings, problem.gamma, services);
      mustMatch(correctionOf(solver, drawn), drawn, problem.gamma, tolerance.float64);
    }
  });

  it.prop([problems])('can be used on one tile after another, the last of them smaller', (problem) => {
    const drawn = draw(problem, 'float64');
    const last = { ...drawn, residuals: drawn.residuals.map(firstRow), start: firstRow(drawn.start) };
    const readings = drawn.readings.map(withoutMatrix);
    const solver = new ConjugateGradientInputs(readings, problem.gamma, 'float64', workOf(drawn, 'float64'));
    const first = correctionOf(solver, drawn);
    mustMatch(correctionOf(solver, last), last, problem.gamma, tolerance.float64);
    expect(correctionOf(solver, drawn)).toEqual(first);
  });

  it('leaves h as it is where the readers ask for nothing', () => {
    const problem = { width: 3, gamma: 1, rows: 2, seed: 1 };
    const reader = { outputs: 2, before: 0, after: 0, bias: true, beta: 1 };
    const drawn = draw({ ...problem, readers: [reader] }, 'float64');
    const still = {
      ...drawn,
      residuals: drawn.residuals.map(({ rows, cols }) => block(rows, cols, new Float64Array(rows * cols))),
    };
    for (const readings of [still.readings.map(withoutMatrix), still.readings.map(asFound)]) {
      const services = { linearAlgebra, precision: 'float64' as const, work: () => workOf(drawn, 'float64') };
      expect(correctionOf(prepareInputs(readings, 1, services), still)).toEqual(Matrix.zeros(3, 2));
    }
  });
});

describe('a layer with an input update of its own', () => {
  const own: InputSolver = { correct: () => undefined };
  const noWork = (): never => {
    throw new Error('No conjugate gradients are needed here.');
  };
  const services = { linearAlgebra, precision: 'float64' as const, work: noWork };
  const layerOf = (answer: InputSolver | undefined, inputs = 3) => {
    const layer = dense(inputs, 2);
    const asked: unknown[] = [];
    const prepare = (w: Real, penalty: Penalty): InputSolver | undefined => {
      asked.push(w, penalty);
      return answer;
    };
    return { layer: Object.assign(layer, { prepareInputs: prepare }), asked };
  };
  const reading = (layer: LayerSolver, from = 0): Reading => {
    return { layer, weights: new Float64Array(layer.weights).fill(1), beta: 2, columns: { from, to: from + 3 } };
  };

  it('is asked for it, with its weights and penalties, when it is the only reader', () => {
    const { layer, asked } = layerOf(own);
    const only = reading(layer);
    expect(prepareInputs([only], 5, services)).toBe(own);
    expect(asked).toEqual([only.weights, { gamma: 5, beta: 2 }]);
  });

  it('may decline for the weights at hand', () => {
    const { layer, asked } = layerOf(undefined);
    expect(prepareInputs([reading(layer)], 5, services)).not.toBe(own);
    expect(asked).toHaveLength(2);
  });

  it('is not asked when there are other readers, or when it reads more than the node', () => {
    const { layer, asked } = layerOf(own);
    const wide = layerOf(own, 5);
    expect(prepareInputs([reading(layer), reading(dense(3, 1))], 5, services)).not.toBe(own);
    expect(prepareInputs([reading(wide.layer, 1)], 5, services)).not.toBe(own);
    expect([...asked, ...wide.asked]).toEqual([]);
  });
});
