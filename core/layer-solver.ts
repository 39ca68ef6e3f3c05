import type { Acceleration } from './accelerator.ts';
import type { Block, Precision, Real } from './block.ts';
import type { Initialiser } from './initialiser.ts';
import type { LinearAlgebra } from './linear-algebra.ts';
import type { Failure } from './outcome.ts';
import type { Penalty } from './penalty.ts';
import type { Random } from './random.ts';
import type { Regulariser } from './regulariser.ts';

/** What a weight solve may use besides the statistics. */
export interface WeightOptions {
  /** Decides the ridge. */
  readonly regulariser: Regulariser;
  /** Precision of the samples behind the statistics: it decides what counts as rank-deficient. */
  readonly precision: Precision;
}

/**
 * What had to be done to solve a rank-deficient least-squares problem: nothing; a ridge of the size of the rounding
 * errors; or a cut-off of the directions without data (solution of least norm).
 */
export type Remedy = 'none' | 'ridge' | 'pseudo-inverse';

/** A weight problem whose input statistics are factored: solves for any targets over the same inputs. */
export interface WeightSolver {
  /** What had to be done to factor. */
  readonly remedy: Remedy;
  /** The ridge $r$ it was factored with. */
  readonly ridge: number;
  /** `w` = the minimiser, from the summed statistics `s` (same inputs as were factored, any targets). */
  solve(s: Float64Array, w: Real): void;
}

/**
 * The input update of one node, prepared once per sweep and used on every tile, in correction form: from
 * $\rho_r = z_r - W_r h$ (residual of reader $r$ at $a = h$) to
 * $a = h + \operatorname{argmin}_\delta \gamma |\delta|^2 + \sum_r \beta_r |\rho_r - W_r \delta|^2$,
 * which is Eq. 6 of Taylor et al. 2016 for one reader.
 */
export interface InputSolver {
  /** Adds the correction to `a`, which holds $h$. `residuals[r]` is rows x outputs of reader r and may be overwritten. */
  correct(residuals: readonly Block[], a: Block): void;
}

/**
 * Extension point: a linear map that the engine can fit, or (with no weights and no statistics) takes as it is.
 *
 * A *statistic* is a flat f64 vector whose shares over samples add up; its first {@link inputStatistics} entries depend
 * on the inputs alone. Laws: `layerLaws` of `nograd/laws`.
 */
export interface LayerSolver {
  /** Features read per sample: of all parents together. */
  readonly inputs: number;
  /** Features written per sample. */
  readonly outputs: number;
  /** Length of the weight vector, bias included. */
  readonly weights: number;
  /** How many weights at the end of the vector are biases, which no ridge counts. Default: 0. */
  readonly biases?: number;
  /** The map is the sum of its parents, each as wide as the outputs: it takes every one of them as it is. Default: no. */
  readonly identity?: boolean;
  /** At how many positions of a sample the weights are used: rows of their regression per sample. Default: 1. */
  readonly positions?: number;
  /** Length of the statistics. */
  readonly statistics: number;
  /** How many leading statistics depend on the inputs alone, so that constant inputs are gathered once. */
  readonly inputStatistics: number;
  /** Start values for `w`: the initialiser fills the linear part, a bias starts at zero. */
  initialise(initialiser: Initialiser, random: Random, w: Real): void;
  /** `z` = $W a$ (+ bias); `a` is rows x inputs, `z` rows x outputs. */
  apply(w: Real, a: Block, z: Block): void;
  /** `a` = $W^T r$ without the bias; `r` is rows x outputs, `a` rows x inputs. */
  adjoint(w: Real, r: Block, a: Block): void;
  /** `s[0 .. inputStatistics)` += this tile's share of what depends on `a` alone (Gram matrix, sums, counts). */
  gatherInputs(a: Block, s: Float64Array): void;
  /**
   * `s[inputStatistics ..)` += this tile's share of what depends on `a` and `z` (cross products): laid out like the weights,
   * the gradient of $\sum \langle z, W a \rangle$ in them.
   */
  gatherTargets(a: Block, z: Block, s: Float64Array): void;
  /**
   * Factors the summed input statistics for $\operatorname{argmin}_W |z - W a|^2 + r |W|^2$, the bias exempt from the
   * ridge. Reads `s[0 .. inputStatistics)` alone: same bits in, same bits out. Rank-deficient problems are solved all the
   * same and say by which {@link Remedy}; statistics that are not finite are a failure.
   */
  prepareWeights(s: Float64Array, options: WeightOptions): WeightSolver | Failure;
  /**
   * The map as an explicit outputs x inputs matrix (without the bias; a view on `w` where possible), declared by layers
   * small enough to be factored. Layers without it get their input update by conjugate gradients.
   */
  matrix?(w: Real): Block;
  /** A faster input update of a node whose only reader this layer is, e.g. by FFT. `undefined`: not for these weights. */
  prepareInputs?(w: Real, penalty: Penalty): InputSolver | undefined;
}

/** What a layer is made with. */
export interface LayerServices {
  /** Kernels. */
  readonly linearAlgebra: LinearAlgebra;
  /** Of the blocks. */
  readonly precision: Precision;
  /** Faster kernels, where there are some. */
  readonly accelerations?: readonly Acceleration[];
}
