import { block, epsilonOf, zeros, type Block, type Precision, type Real } from '../../core/block.ts';
import type { InputSolver, LayerServices } from '../../core/layer-solver.ts';
import type { Penalty } from '../../core/penalty.ts';
import type { ConvolutionLayer } from './convolution.ts';

/** Residual of the system, relative to the right-hand side, sample by sample, at which conjugate gradients stop. */
export const tolerance: Readonly<Record<Precision, number>> = { float32: 1e-2, float64: 1e-10 };

/** Numbers of a block of outputs that is solved at a time. */
const blockNumbers = 2 ** 17;

/** One of the two forms of the problem: in the space of the outputs or in that of the inputs, whichever is smaller. */
interface Side {
  /** Numbers of a sample. */
  readonly size: number;
  /** Numbers at one position: filters, or channels. */
  readonly block: number;
  /** `image` = the operator, without the shift, times `direction`. */
  apply(w: Real, direction: Block, image: Block): void;
}

/**
 * Input update of a convolution with any border and stride. With $c = \gamma / \beta$ it is $(c I + W^T W) \delta = W^T \rho$, or, where
 * there are fewer outputs than inputs, $\delta = W^T u$ with $(c I + W W^T) u = \rho$ (Woodbury's form of Eq. 6 of Taylor et al. 2016).
 * Solved by conjugate gradients (Hestenes and Stiefel 1952), every sample with step lengths of its own. The preconditioner is
 * what the numbers at one position make of each other: $(c I + K K^T)^{-1}$ for kernels $K$ (filters x patch), which is the
 * whole inverse where patches do not overlap, or $(c I + \sum_k K_k^T K_k / s)^{-1}$ over the taps of the kernel and the
 * positions $s$ that a stride skips. Stops at a relative residual of {@link tolerance}.
 */
export class PositionSystem {
  readonly #layer: ConvolutionLayer;
  readonly #services: LayerServices;
  readonly #side: Side;
  readonly #throughOutputs: boolean;
  readonly #rows: number;
  readonly #vectors: readonly Real[];
  readonly #other: Real;
  #inverse: Block | undefined;

  constructor(layer: ConvolutionLayer, services: LayerServices) {
    const { linearAlgebra, precision } = services;
    const { inputs, outputs, filters, geometry } = layer;
    this.#layer = layer;
    this.#services = services;
    // Channels that lie apart have no position in common; only the data can be laid out like that.
    this.#throughOutputs = outputs <= inputs || geometry.channelsFirst === true;
    this.#rows = Math.max(1, Math.floor(blockNumbers / Math.max(outputs, inputs)));
    const make = (cols: number): Real => linearAlgebra.allocate(precision, this.#rows * cols);
    this.#side = this.#throughOutputs
      ? { size: outputs, block: filters, apply: (w, direction, image) => this.#outward(w, direction, image) }
      : {
          size: inputs,
          block: geometry.image.channels,
          apply: (w, direction, image) => this.#inward(w, direction, image),
        };
    this.#vectors = Array.from({ length: 4 }, () => make(this.#side.size));
    this.#other = make(this.#throughOutputs ? inputs : outputs);
  }

  /** Factors the preconditioner for these weights. */
  prepare(w: Real, { gamma, beta }: Penalty): InputSolver {
    const shift = gamma / beta;
    this.#inverse = this.#inverseOf(this.#taps(this.#layer.kernels(w)), shift);
    return {
      correct: ([residual], a) => {
        for (let from = 0; from < a.rows; from += this.#rows) {
          const to = Math.min(a.rows, from + this.#rows);
          this.#correct(w, shift, part(residual!, from, to), part(a, from, to));
        }
      },
    };
  }

  /** Rows whose Gram matrix is the block of the operator at one position. */
  #taps({ rows, cols, data }: Block): Block {
    const { channels } = this.#layer.geometry.image;
    if (!this.#throughOutputs) {
      const { height, width } = this.#layer.geometry.stride;
      const scale = 1 / Math.sqrt(height * width);
      return block(
        data.length / channels,
        channels,
        Float64Array.from(data, (value) => scale * value),
      );
    }
    const transposed = new Float64Array(data.length);
    for (let f = 0; f < rows; f++) for (let k = 0; k < cols; k++) transposed[k * rows + f] = data[f * cols + k]!;
    return block(cols, rows, transposed);
  }

  #inverseOf(taps: Block, shift: number): Block {
    const { linearAlgebra, precision } = this.#services;
    const size = taps.cols;
    const system = new Float64Array(size * size);
    linearAlgebra.gram(taps, system);
    const inverse = new Float64Array(size * size);
    for (let i = 0; i < size; i++) {
      system[i * size + i]! += shift;
      inverse[i * size + i] = 1;
    }
    const factor =
      linearAlgebra.factor(system, size, 0) ?? linearAlgebra.factorSemidefinite(system, size, epsilonOf('float64'));
    factor.solve(inverse);
    const rounded = zeros(precision, inverse.length);
    rounded.set(inverse);
    return block(size, size, rounded);
  }

  #correct(w: Real, shift: number, residual: Block, a: Block): void {
    const { rows } = a;
    if (this.#throughOutputs) {
      const u = this.#solve(w, shift, residual);
      const back = block(rows, a.cols, this.#other.subarray(0, a.data.length));
      this.#layer.adjoint(w, u, back);
      add(back, a);
    } else {
      const right = block(rows, a.cols, this.#vectors[3]!.subarray(0, a.data.length));
      this.#layer.adjoint(w, residual, right);
      add(this.#solve(w, shift, right), a);
    }
  }

  /** Solves in the space of this side; overwrites the right-hand side. */
  #solve(w: Real, shift: number, residual: Block): Block {
    const { size } = this.#side;
    const { rows } = residual;
    const [u, direction, image] = this.#vectors.map((data) => block(rows, size, data.subarray(0, rows * size))) as [
      Block,
      Block,
      Block,
    ];
    const run = new SampleSums(rows, tolerance[this.#services.precision]);
    u.data.fill(0);
    run.begin(residual);
    this.#precondition(residual, direction);
    run.firstProduct(residual, direction);
    for (let step = 0; step < 3 * size + 5 && run.active(); step++) {
      this.#side.apply(w, direction, image);
      run.advance(direction, image, shift, u, residual);
      this.#precondition(residual, image);
      run.turn(residual, image, direction);
    }
    return u;
  }

  /** `image` = $W W^T$ `direction`. */
  #outward(w: Real, direction: Block, image: Block): void {
    const { inputs } = this.#layer;
    const back = block(direction.rows, inputs, this.#other.subarray(0, direction.rows * inputs));
    this.#layer.adjoint(w, direction, back);
    this.#layer.applyLinear(w, back, image);
  }

  /** `image` = $W^T W$ `direction`. */
  #inward(w: Real, direction: Block, image: Block): void {
    const { outputs } = this.#layer;
    const z = block(direction.rows, outputs, this.#other.subarray(0, direction.rows * outputs));
    this.#layer.applyLinear(w, direction, z);
    this.#layer.adjoint(w, z, image);
  }

  #precondition(residual: Block, out: Block): void {
    const { block: width } = this.#side;
    const positions = (data: Real): Block => block(data.length / width, width, data);
    const form = { transpose: false, keep: 0 } as const;
    this.#services.linearAlgebra.multiply(positions(residual.data), this.#inverse!, form, positions(out.data));
  }
}

/** `target` += `source`. */
function add(source: Block, target: Block): void {
  for (let i = 0; i < target.data.length; i++) target.data[i]! += source.data[i]!;
}

const part = ({ cols, data }: Block, from: number, to: number): Block =>
  block(to - from, cols, data.subarray(from * cols, to * cols));

/** The scalars of conjugate gradients, sample by sample; a sample that has converged stays as it is. */
class SampleSums {
  readonly #tolerance: number;
  readonly #small: Float64Array;
  readonly #product: Float64Array;

  constructor(rows: number, tolerated: number) {
    this.#tolerance = tolerated;
    this.#small = new Float64Array(rows);
    this.#product = new Float64Array(rows);
  }

  /** Whether some sample has not converged. */
  active(): boolean {
    return this.#product.some((product) => product > 0);
  }

  /** Sets what counts as converged. */
  begin(residual: Block): void {
    for (let row = 0; row < residual.rows; row++) {
      this.#small[row] = this.#tolerance ** 2 * product(residual, residual, row);
    }
  }

  firstProduct(residual: Block, preconditioned: Block): void {
    for (let row = 0; row < residual.rows; row++) {
      this.#product[row] = Math.max(0, product(residual, preconditioned, row));
    }
  }

  /** Goes along the direction as far as the residual falls; `image` is $W W^T$ times the direction. */
  advance(direction: Block, image: Block, shift: number, u: Block, residual: Block): void {
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
      if (squared <= this.#small[row]!) this.#product[row] = 0;
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
