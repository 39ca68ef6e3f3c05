import { epsilonOf, type Block, type Precision } from '../block.ts';
import { copyColumns } from '../columns.ts';
import type { InputSolver } from '../layer-solver.ts';
import type { TileBuffer, TileBuffers } from '../tile-buffer.ts';
import type { Reading } from './reading.ts';

/** Work space of one input update by conjugate gradients, made once per node. */
export interface ConjugateGradientWork {
  readonly correction: TileBuffer;
  readonly residual: TileBuffer;
  readonly direction: TileBuffer;
  readonly image: TileBuffer;
  /** Per reader: its whole input with the direction in the node's columns, and the map's output. */
  readonly inputs: readonly TileBuffer[];
  readonly outputs: readonly TileBuffer[];
  /** Per reader: the map's output for zero, which is its bias. */
  readonly biases: readonly TileBuffer[];
}

/** Makes the work space for a node of that width and these readers. */
export function conjugateGradientWork(
  width: number,
  readers: readonly Pick<Reading, 'layer'>[],
  buffers: TileBuffers,
): ConjugateGradientWork {
  const make = (): TileBuffer => buffers.make(width);
  return {
    correction: make(),
    residual: make(),
    direction: make(),
    image: make(),
    inputs: readers.map(({ layer }) => buffers.make(layer.inputs)),
    outputs: readers.map(({ layer }) => buffers.make(layer.outputs)),
    biases: readers.map(({ layer }) => buffers.make(layer.outputs)),
  };
}

const dot = (a: Block, b: Block): number => {
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += a.data[i]! * b.data[i]!;
  return sum;
};

/** `y` += `factor` `x`. */
const add = (factor: number, x: Block, y: Block): void => {
  for (let i = 0; i < y.data.length; i++) y.data[i]! += factor * x.data[i]!;
};

/**
 * Input update by conjugate gradients on $(\gamma I + \sum_r \beta_r W_r^T W_r) \delta = \sum_r \beta_r W_r^T \rho_r$, with
 * nothing but `apply` and `adjoint` of the readers, for all samples of the tile at once (Hestenes and Stiefel 1952). Stops
 * when the residual has fallen below `8 epsilon` of the right-hand side, or after as many steps as the node has features.
 */
export function conjugateGradientInputs(
  readings: readonly Reading[],
  gamma: number,
  precision: Precision,
  work: ConjugateGradientWork,
): InputSolver {
  const tolerance = 8 * epsilonOf(precision);
  const addAdjoint = (reader: number, output: Block, out: Block): void => {
    const { layer, weights, beta, columns } = readings[reader]!;
    const input = work.inputs[reader]!(out.rows);
    layer.adjoint(weights, output, input);
    for (let row = 0; row < out.rows; row++) {
      for (let column = 0; column < out.cols; column++) {
        out.data[row * out.cols + column]! += beta * input.data[row * input.cols + columns.from + column]!;
      }
    }
  };
  const findBias = (reader: number, rows: number): void => {
    const { layer, weights } = readings[reader]!;
    const input = work.inputs[reader]!(rows);
    input.data.fill(0);
    layer.apply(weights, input, work.biases[reader]!(rows));
  };
  const applyLinear = (reader: number, direction: Block, output: Block): void => {
    const { layer, weights, columns } = readings[reader]!;
    const input = work.inputs[reader]!(direction.rows);
    input.data.fill(0);
    copyColumns(direction, { from: 0, to: direction.cols }, columns.from, input);
    layer.apply(weights, input, output);
    add(-1, work.biases[reader]!(direction.rows), output);
  };
  const applySystem = (direction: Block, image: Block): void => {
    for (let i = 0; i < image.data.length; i++) image.data[i] = gamma * direction.data[i]!;
    for (let reader = 0; reader < readings.length; reader++) {
      const output = work.outputs[reader]!(direction.rows);
      applyLinear(reader, direction, output);
      addAdjoint(reader, output, image);
    }
  };
  return {
    correct(residuals, a) {
      const correction = work.correction(a.rows);
      const residual = work.residual(a.rows);
      const direction = work.direction(a.rows);
      const image = work.image(a.rows);
      correction.data.fill(0);
      residual.data.fill(0);
      for (let reader = 0; reader < readings.length; reader++) {
        findBias(reader, a.rows);
        addAdjoint(reader, residuals[reader]!, residual);
      }
      direction.data.set(residual.data);
      let squared = dot(residual, residual);
      const small = squared * tolerance ** 2;
      for (let step = 0; step < a.cols && squared > small; step++) {
        applySystem(direction, image);
        const length = squared / dot(direction, image);
        add(length, direction, correction);
        add(-length, image, residual);
        const next = dot(residual, residual);
        for (let i = 0; i < direction.data.length; i++) {
          direction.data[i] = residual.data[i]! + (next / squared) * direction.data[i]!;
        }
        squared = next;
      }
      add(1, correction, a);
    },
  };
}
