import { block, epsilonOf, zeros, type Block, type Precision, type Real } from '../../core/block.ts';
import type { InputSolver, LayerServices } from '../../core/layer-solver.ts';
import type { Penalty } from '../../core/penalty.ts';
import type { ConvolutionLayer } from './convolution.ts';

/** Residual of the system, relative to the right-hand side, sample by sample, at which conjugate gradients stop. */
export const tolerance: Readonly<Record<Precision, number>> = { float32: 1e-3, float64: 1e-10 };

/** Numbers of a block of outputs that is solved at a time. */
const blockNumbers = 2 ** 17;

/**
 * Input update of a convolution with any border and stride. In the space of the outputs, with $c = \gamma / \beta$,
 * $\delta = W^T u$, $(c I + W W^T) u = \rho$ (Woodbury's form of Eq. 6 of Taylor et al. 2016), by conjugate gradients (Hestenes
 * and Stiefel 1952), every sample with step lengths of its own. The preconditioner is what outputs at one position make of
 * each other, $(c I + K K^T)^{-1}$ for kernels $K$ (filters x patch), which is the whole inverse where patches do not overlap;
 * the first step is along its own answer. Stops at a relative residual of {@link tolerance}.
 */
export class PositionSystem {
  readonly #layer: ConvolutionLayer;
  readonly #services: LayerServices;
  readonly #rows: number;
  readonly #outputs: readonly Real[];
  readonly #image: Real;
  #inverse: Block | undefined;

  constructor(layer: ConvolutionLayer, services: LayerServices) {
    const { linearAlgebra, precision } = services;
    this.#layer = layer;
    this.#services = services;
    this.#rows = Math.max(1, Math.floor(blockNumbers / Math.max(layer.outputs, layer.inputs)));
    const make = (cols: number): Real => linearAlgebra.allocate(precision, this.#rows * cols);
    this.#outputs = Array.from({ length: 4 }, () => make(layer.outputs));
    this.#image = make(layer.inputs);
  }

  /** Factors the preconditioner for these weights. */
  prepare(w: Real, { gamma, beta }: Penalty): InputSolver {
    const shift = gamma / beta;
    this.#inverse = this.#inverseOf(this.#layer.kernels(w), shift);
    return {
      correct: ([residual], a) => {
        for (let from = 0; from < a.rows; from += this.#rows) {
          const to = Math.min(a.rows, from + this.#rows);
          this.#correct(w, shift, part(residual!, from, to), part(a, from, to));
        }
      },
    };
  }

  #inverseOf(kernels: Block, shift: number): Block {
    const { linearAlgebra, precision } = this.#services;
    const { rows, cols, data } = kernels;
    const transposed = new Float64Array(data.length);
    for (let f = 0; f < rows; f++) for (let k = 0; k < cols; k++) transposed[k * rows + f] = data[f * cols + k]!;
    const system = new Float64Array(rows * rows);
    linearAlgebra.gram(block(cols, rows, transposed), system);
    for (let f = 0; f < rows; f++) system[f * rows + f]! += shift;
    const inverse = new Float64Array(rows * rows);
    for (let f = 0; f < rows; f++) inverse[f * rows + f] = 1;
    const factor =
      linearAlgebra.factor(system, rows, 0) ?? linearAlgebra.factorSemidefinite(system, rows, epsilonOf('float64'));
    factor.solve(inverse);
    const rounded = zeros(precision, inverse.length);
    rounded.set(inverse);
    return block(rows, rows, rounded);
  }

  /** `a` += $W^T u$. Overwrites the residual. */
  #correct(w: Real, shift: number, residual: Block, a: Block): void {
    const { rows } = a;
    const [u, direction, image, preconditioned] = this.#outputs.map((data) =>
      block(rows, this.#layer.outputs, data.subarray(0, rows * this.#layer.outputs)),
    ) as [Block, Block, Block, Block];
    const back = block(rows, this.#layer.inputs, this.#image.subarray(0, rows * this.#layer.inputs));
    const run = new SampleSums(rows, tolerance[this.#services.precision]);
    u.data.fill(0);
    run.begin(residual);
    this.#precondition(residual, preconditioned);
    direction.data.set(preconditioned.data);
    run.firstProduct(residual, preconditioned);
    for (let step = 0; step < this.#layer.outputs + 5 && run.active; step++) {
      this.#layer.adjoint(w, direction, back);
      this.#layer.applyLinear(w, back, image);
      run.advance(direction, image, shift, u, residual);
      if (!run.active) break;
      this.#precondition(residual, preconditioned);
      run.turn(residual, preconditioned, direction);
    }
    this.#layer.adjoint(w, u, back);
    for (let i = 0; i < a.data.length; i++) a.data[i]! += back.data[i]!;
  }

  #precondition(residual: Block, out: Block): void {
    const { filters } = this.#layer;
    const pixels = (data: Real): Block => block(data.length / filters, filters, data);
    const form = { transpose: false, keep: 0 } as const;
    this.#services.linearAlgebra.multiply(pixels(residual.data), this.#inverse!, form, pixels(out.data));
  }
}

const part = ({ cols, data }: Block, from: number, to: number): Block =>
  block(to - from, cols, data.subarray(from * cols, to * cols));

/** The scalars of conjugate gradients, sample by sample; a sample that has converged stays as it is. */
class SampleSums {
  /** Whether some sample has not converged. */
  active = true;
  readonly #tolerance: number;
  readonly #small: Float64Array;
  readonly #product: Float64Array;

  constructor(rows: number, tolerated: number) {
    this.#tolerance = tolerated;
    this.#small = new Float64Array(rows);
    this.#product = new Float64Array(rows);
  }

  /** Sets what counts as converged. */
  begin(residual: Block): void {
    for (let row = 0; row < residual.rows; row++) {
      this.#small[row] = this.#tolerance ** 2 * product(residual, residual, row);
    }
  }

  firstProduct(residual: Block, preconditioned: Block): void {
    this.active = false;
    for (let row = 0; row < residual.rows; row++) {
      const rz = product(residual, preconditioned, row);
      this.#product[row] = rz > 0 ? rz : 0;
      if (rz > 0) this.active = true;
    }
  }

  /** Goes along the direction as far as the residual falls; `image` is $W W^T$ times the direction. */
  advance(direction: Block, image: Block, shift: number, u: Block, residual: Block): void {
    this.active = false;
    for (let row = 0; row < direction.rows; row++) {
      if (this.#product[row] === 0) continue;
      const [from, to] = [row * direction.cols, (row + 1) * direction.cols];
      let curvature = 0;
      for (let i = from; i < to; i++) {
        const value = image.data[i]! + shift * direction.data[i]!;
        image.data[i] = value;
        curvature += value * direction.data[i]!;
      }
      const length = this.#product[row]! / curvature;
      let squared = 0;
      for (let i = from; i < to; i++) {
        u.data[i]! += length * direction.data[i]!;
        const rest = residual.data[i]! - length * image.data[i]!;
        residual.data[i] = rest;
        squared += rest * rest;
      }
      if (squared > this.#small[row]!) this.active = true;
      else this.#product[row] = 0;
    }
  }

  /** The next direction, conjugate to those before. */
  turn(residual: Block, preconditioned: Block, direction: Block): void {
    for (let row = 0; row < residual.rows; row++) {
      if (this.#product[row] === 0) continue;
      const rz = product(residual, preconditioned, row);
      const keep = rz / this.#product[row]!;
      this.#product[row] = rz;
      const [from, to] = [row * direction.cols, (row + 1) * direction.cols];
      for (let i = from; i < to; i++) direction.data[i] = preconditioned.data[i]! + keep * direction.data[i]!;
    }
  }
}

function product(a: Block, b: Block, row: number): number {
  let sum = 0;
  for (let i = row * a.cols; i < (row + 1) * a.cols; i++) sum += a.data[i]! * b.data[i]!;
  return sum;
}
