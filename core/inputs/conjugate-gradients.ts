import { epsilonOf, type Block, type Precision } from '../block.ts';
import { copyColumns } from '../columns.ts';
import type { InputSolver } from '../layer-solver.ts';
import type { TileBuffer, TileBuffers } from '../tile-buffer.ts';
import type { Reading } from './reading.ts';

/** Work space of one input update by conjugate gradients, made once per node. */
export interface ConjugateGradientWork {
  /** $\delta$. */
  readonly correction: TileBuffer;
  /** Right-hand side minus the image of $\delta$. */
  readonly residual: TileBuffer;
  /** Search direction. */
  readonly direction: TileBuffer;
  /** Image of the direction. */
  readonly image: TileBuffer;
  /** Per reader: its whole input with the direction in the node's columns, and the map's output. */
  readonly inputs: readonly TileBuffer[];
  /** Per reader: the output of its map. */
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

const largest = ({ data }: Block): number => {
  let found = 0;
  for (let i = 0; i < data.length; i++) found = Math.max(found, Math.abs(data[i]!));
  return found;
};

/** `y` += `factor` `x`. */
const add = (factor: number, x: Block, y: Block): void => {
  for (let i = 0; i < y.data.length; i++) y.data[i]! += factor * x.data[i]!;
};

/**
 * Input update by conjugate gradients on $(\gamma I + \sum_r \beta_r W_r^T W_r) \delta = \sum_r \beta_r W_r^T \rho_r$, with
 * nothing but `apply` and `adjoint` of the readers, for all samples of the tile at once (Hestenes and Stiefel 1952). Stops
 * when the residual has fallen below `8 epsilon` of the right-hand side, or after three steps per feature of the node, for
 * rounding errors spoil the end that exact arithmetic comes to after one per feature. Solves for a right-hand side scaled to a
 * largest entry of 1: a layer that only tells `apply` gives $W x$ as its output less its bias, which would drown a small $x$.
 */
export class ConjugateGradientInputs implements InputSolver {
  readonly #readings: readonly Reading[];
  readonly #gamma: number;
  readonly #tolerance: number;
  readonly #work: ConjugateGradientWork;

  constructor(readings: readonly Reading[], gamma: number, precision: Precision, work: ConjugateGradientWork) {
    this.#readings = readings;
    this.#gamma = gamma;
    this.#tolerance = 8 * epsilonOf(precision);
    this.#work = work;
  }

  correct(residuals: readonly Block[], a: Block): void {
    const correction = this.#work.correction(a.rows);
    const residual = this.#work.residual(a.rows);
    const direction = this.#work.direction(a.rows);
    const image = this.#work.image(a.rows);
    correction.data.fill(0);
    this.#rightHandSide(residuals, residual);
    const scale = largest(residual);
    if (scale === 0) return;
    for (let i = 0; i < residual.data.length; i++) residual.data[i]! /= scale;
    direction.data.set(residual.data);
    let squared = dot(residual, residual);
    const small = squared * this.#tolerance ** 2;
    for (let step = 0; step < 3 * a.cols + 5 && squared > small; step++) {
      this.#applySystem(direction, image);
      const length = squared / dot(direction, image);
      add(length, direction, correction);
      add(-length, image, residual);
      const next = dot(residual, residual);
      for (let i = 0; i < direction.data.length; i++) {
        direction.data[i] = residual.data[i]! + (next / squared) * direction.data[i]!;
      }
      squared = next;
    }
    add(scale, correction, a);
  }

  /** `out` = $\sum_r \beta_r W_r^T \rho_r$; finds the biases on the way. */
  #rightHandSide(residuals: readonly Block[], out: Block): void {
    out.data.fill(0);
    for (let reader = 0; reader < this.#readings.length; reader++) {
      const { layer, weights } = this.#readings[reader]!;
      const zero = this.#work.inputs[reader]!(out.rows);
      zero.data.fill(0);
      layer.apply(weights, zero, this.#work.biases[reader]!(out.rows));
      this.#addAdjoint(reader, residuals[reader]!, out);
    }
  }

  /** `image` = $(\gamma I + \sum_r \beta_r W_r^T W_r)$ `direction`. */
  #applySystem(direction: Block, image: Block): void {
    for (let i = 0; i < image.data.length; i++) image.data[i] = this.#gamma * direction.data[i]!;
    for (let reader = 0; reader < this.#readings.length; reader++) {
      const output = this.#work.outputs[reader]!(direction.rows);
      this.#applyLinear(reader, direction, output);
      this.#addAdjoint(reader, output, image);
    }
  }

  /** `output` = $W_r$ `direction`, without the bias. */
  #applyLinear(reader: number, direction: Block, output: Block): void {
    const { layer, weights, columns } = this.#readings[reader]!;
    const input = this.#work.inputs[reader]!(direction.rows);
    input.data.fill(0);
    copyColumns(direction, { from: 0, to: direction.cols }, columns.from, input);
    layer.apply(weights, input, output);
    add(-1, this.#work.biases[reader]!(direction.rows), output);
  }

  /** `out` += $\beta_r W_r^T$ `output`, of which the node's columns. */
  #addAdjoint(reader: number, output: Block, out: Block): void {
    const { layer, weights, beta, columns } = this.#readings[reader]!;
    const input = this.#work.inputs[reader]!(out.rows);
    layer.adjoint(weights, output, input);
    for (let row = 0; row < out.rows; row++) {
      for (let column = 0; column < out.cols; column++) {
        out.data[row * out.cols + column]! += beta * input.data[row * input.cols + columns.from + column]!;
      }
    }
  }
}
