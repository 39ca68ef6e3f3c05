import { block, precisionOf, rowsOf, type Block, type Real } from '../../core/block.ts';
import type { Initialiser } from '../../core/initialiser.ts';
import type { InputSolver, LayerServices, LayerSolver, WeightOptions, WeightSolver } from '../../core/layer-solver.ts';
import type { LinearAlgebra } from '../../core/linear-algebra.ts';
import type { Failure } from '../../core/outcome.ts';
import type { Penalty } from '../../core/penalty.ts';
import type { Random } from '../../core/random.ts';
import {
  inputStatisticsOf,
  prepareLeastSquares,
  targetStatisticsOf,
  type LeastSquaresSizes,
} from '../../layers/least-squares.ts';
import { circularInputs } from './circular-inputs.ts';
import type { Geometry } from './geometry.ts';
import { Patches } from './patches.ts';
import { PositionSystem } from './position-system.ts';

/** What a convolution has besides its geometry. */
export interface Filters {
  /** How many. */
  readonly filters: number;
  /** Whether there is a bias, one number a filter. */
  readonly bias: boolean;
}

/**
 * A convolution (in the sense of neural networks: the kernel is not turned around), $z_{p f} = \sum_k W_{f k} a_{p + k} + b_f$, as
 * a dense layer on patches. Channels lie together, in images as in patches: $z$ is outputs down x across x filters.
 *
 * Weights: $W$ (filters x patch, row-major), then $b$. Statistics: those of a dense layer on the patches, summed over samples
 * and positions. Patches exist some thousand at a time, never those of all samples.
 *
 * Input update: exact, frequency by frequency, where the border is circular and the stride 1; else by conjugate gradients.
 */
export class ConvolutionLayer implements LayerSolver {
  /** Sizes of images, kernel and outputs. */
  readonly geometry: Geometry;
  /** How many filters. */
  readonly filters: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: number;
  readonly biases: number;
  readonly statistics: number;
  readonly inputStatistics: number;
  readonly positions: number;
  readonly #sizes: LeastSquaresSizes;
  readonly #services: LayerServices;
  readonly #linearAlgebra: LinearAlgebra;
  readonly #patches: Patches;
  #system: PositionSystem | undefined;
  #ones: Block | undefined;

  constructor(geometry: Geometry, { filters, bias }: Filters, services: LayerServices) {
    const sizes = { inputs: geometry.patch, outputs: filters, bias };
    this.geometry = geometry;
    this.filters = filters;
    this.#sizes = sizes;
    this.#services = services;
    this.#linearAlgebra = services.linearAlgebra;
    this.#patches = new Patches(geometry, services);
    this.positions = this.#patches.positions;
    this.inputs = geometry.size;
    this.outputs = this.positions * filters;
    this.biases = bias ? filters : 0;
    this.weights = filters * geometry.patch + this.biases;
    this.inputStatistics = inputStatisticsOf(sizes);
    this.statistics = this.inputStatistics + targetStatisticsOf(sizes);
  }

  initialise(initialiser: Initialiser, random: Random, w: Real): void {
    w.fill(0);
    initialiser.fill(this.filters, this.geometry.patch, random, this.kernels(w).data);
  }

  apply(w: Real, a: Block, z: Block): void {
    const { bias } = this.#sizes;
    if (bias) repeat(w.subarray(w.length - this.filters), z.data);
    this.#multiply(w, a, bias ? 1 : 0, z);
  }

  /** `z` = $W a$ without the bias. */
  applyLinear(w: Real, a: Block, z: Block): void {
    this.#multiply(w, a, 0, z);
  }

  adjoint(w: Real, r: Block, a: Block): void {
    const kernels = this.kernels(w);
    const pixels = this.#pixels(r);
    this.#patches.fold(a, ({ patches, first }) => {
      const part = rowsOf(pixels, first, first + patches.rows);
      this.#linearAlgebra.multiply(part, kernels, { transpose: false, keep: 0 }, patches);
    });
  }

  gatherInputs(a: Block, s: Float64Array): void {
    const { inputs, bias } = this.#sizes;
    const gram = inputs * inputs;
    this.#patches.unfold(a, ({ patches }) => {
      this.#linearAlgebra.gram(patches, s.subarray(0, gram));
      if (bias) this.#linearAlgebra.cross(this.#onesFor(patches), patches, s.subarray(gram, gram + inputs));
    });
    if (bias) s[gram + inputs]! += a.rows * this.positions;
  }

  gatherTargets(a: Block, z: Block, s: Float64Array): void {
    const { inputs, outputs, bias } = this.#sizes;
    const sums = this.inputStatistics + outputs * inputs;
    const pixels = this.#pixels(z);
    this.#patches.unfold(a, ({ patches, first }) => {
      const part = rowsOf(pixels, first, first + patches.rows);
      this.#linearAlgebra.cross(part, patches, s.subarray(this.inputStatistics, sums));
      if (bias) this.#linearAlgebra.cross(this.#onesFor(patches), part, s.subarray(sums, sums + outputs));
    });
  }

  prepareWeights(s: Float64Array, options: WeightOptions): WeightSolver | Failure {
    return prepareLeastSquares(s, this.#sizes, options, this.#linearAlgebra);
  }

  prepareInputs(w: Real, penalty: Penalty): InputSolver {
    const { padding, stride } = this.geometry;
    if (padding === 'circular' && stride.height === 1 && stride.width === 1) {
      return circularInputs(this.geometry, this.kernels(w), penalty, this.#services);
    }
    this.#system ??= new PositionSystem(this, this.#services);
    return this.#system.prepare(w, penalty);
  }

  /** $W$ as filters x patch: a view on the weights. */
  kernels(w: Real): Block {
    const { patch } = this.geometry;
    return block(this.filters, patch, w.subarray(0, this.filters * patch));
  }

  /** A block of outputs as positions x filters. */
  #pixels({ rows, data }: Block): Block {
    return block(rows * this.positions, this.filters, data);
  }

  #multiply(w: Real, a: Block, keep: 0 | 1, z: Block): void {
    const kernels = this.kernels(w);
    const pixels = this.#pixels(z);
    this.#patches.unfold(a, ({ patches, first }) => {
      const part = rowsOf(pixels, first, first + patches.rows);
      this.#linearAlgebra.multiply(patches, kernels, { transpose: true, keep }, part);
    });
  }

  #onesFor({ rows, data }: Block): Block {
    const precision = precisionOf(data);
    if (this.#ones === undefined || this.#ones.rows < rows || precisionOf(this.#ones.data) !== precision) {
      this.#ones = block(rows, 1, this.#linearAlgebra.allocate(precision, rows).fill(1));
    }
    return this.#ones.rows === rows ? this.#ones : rowsOf(this.#ones, 0, rows);
  }
}

/** Fills `out` with copies of a short row, by doubling what is there. */
function repeat(row: Real, out: Real): void {
  if (out.length === 0) return;
  out.set(row);
  for (let filled = row.length; filled < out.length; filled *= 2) out.copyWithin(filled, 0, filled);
}
