import type { Precision, Real } from '../core/block.ts';
import type { LayerSolver, Remedy, WeightOptions, WeightSolver } from '../core/layer-solver.ts';
import type { Factor, LinearAlgebra } from '../core/linear-algebra.ts';
import type { Failure } from '../core/outcome.ts';
import type { Centre } from '../core/regulariser.ts';

/** Sizes of a least-squares problem $\min_{W, b} |z - W a - b|^2 + r |W|^2$; without a bias, $b = 0$. */
export interface LeastSquaresSizes extends Pick<LayerSolver, 'inputs' | 'outputs'> {
  /** Whether there is a bias. */
  readonly bias: boolean;
}

/**
 * A pivot below this part of its diagonal entry is noise: a Gram matrix of f32 tiles carries rounding errors of some
 * $2^{-23}$ of its diagonal, one of f64 samples errors of $2^{-52}$ that grow with the number of samples.
 */
const noise: Readonly<Record<Precision, number>> = { float32: 1e-6, float64: 1e-13 };

/**
 * Part by which the diagonal grows in the second step of the ladder. Directions without data get weights of the size of
 * (rounding errors / this), directions with data are shortened by (this / their part of the diagonal): well above the
 * one, well below the other.
 */
const raise: Readonly<Record<Precision, number>> = { float32: 1e-5, float64: 1e-10 };

/**
 * Length of the input statistics: the Gram matrix $a^T a$ (inputs x inputs, upper triangle) and, with a bias, the sums of
 * the inputs and the number of samples.
 */
export const inputStatisticsOf = ({ inputs, bias }: LeastSquaresSizes): number =>
  inputs * inputs + (bias ? inputs + 1 : 0);

/** Length of the target statistics: $z^T a$ (outputs x inputs) and, with a bias, the sums of the targets. */
export const targetStatisticsOf = ({ inputs, outputs, bias }: LeastSquaresSizes): number =>
  outputs * (inputs + (bias ? 1 : 0));

/** A failure that counts the input statistics that are not finite, the lower triangle aside; `undefined`: all are. */
function notFinite(s: Float64Array, sizes: LeastSquaresSizes): Failure | undefined {
  const { inputs } = sizes;
  const sums = inputStatisticsOf(sizes) - inputs * inputs;
  let broken = 0;
  for (let i = 0; i < inputs; i++) {
    for (let j = i; j < inputs; j++) if (!Number.isFinite(s[i * inputs + j])) broken++;
  }
  for (let i = 0; i < sums; i++) if (!Number.isFinite(s[inputs * inputs + i])) broken++;
  if (broken === 0) return undefined;
  const total = (inputs * (inputs + 1)) / 2 + sums;
  return { outcome: 'non-finite', detail: `${broken} of ${total} input statistics are not finite` };
}

/** What a bias takes out of the inputs. */
function centreOf(s: Float64Array, { inputs, bias }: LeastSquaresSizes): Centre | undefined {
  const sums = inputs * inputs;
  return bias ? { sums: s.subarray(sums, sums + inputs), count: s[sums + inputs]! } : undefined;
}

/**
 * The normal equations' matrix, upper triangle, with the ridge on its diagonal. The bias comes **first**: eliminating it
 * is centring the inputs, and every later pivot is then what a feature varies beyond its mean and the features before it,
 * still compared with the feature's raw diagonal entry, which is what its rounding errors are proportional to.
 * A diagonal entry of zero is a feature that is zero in every sample (or no samples at all): its row is zero too, any
 * positive pivot gives it weight zero exactly, and so it needs no remedy.
 */
function normalMatrix(s: Float64Array, { inputs, bias }: LeastSquaresSizes, ridge: number): Float64Array {
  const first = bias ? 1 : 0;
  const n = inputs + first;
  const matrix = new Float64Array(n * n);
  if (bias) {
    matrix[0] = s[inputs * (inputs + 1)]!;
    for (let i = 0; i < inputs; i++) matrix[1 + i] = s[inputs * inputs + i]!;
  }
  for (let i = 0; i < inputs; i++) {
    const row = (i + first) * n + first;
    for (let j = i; j < inputs; j++) matrix[row + j] = s[i * inputs + j]!;
    matrix[row + i]! += ridge;
  }
  for (let i = 0; i < n; i++) if (matrix[i * n + i] === 0) matrix[i * n + i] = 1;
  return matrix;
}

/** Solves with a Cholesky factor of the {@link normalMatrix}; a row of right-hand sides is `[sum of z, z^T a]`. */
class CholeskySolver implements WeightSolver {
  readonly remedy: Remedy;
  readonly ridge: number;
  readonly #sizes: LeastSquaresSizes;
  readonly #factor: Factor;
  readonly #rows: Float64Array;

  constructor(remedy: Remedy, ridge: number, sizes: LeastSquaresSizes, factor: Factor) {
    this.remedy = remedy;
    this.ridge = ridge;
    this.#sizes = sizes;
    this.#factor = factor;
    this.#rows = new Float64Array(targetStatisticsOf(sizes));
  }

  solve(s: Float64Array, w: Real): void {
    const { inputs, outputs, bias } = this.#sizes;
    const rows = this.#rows;
    const first = bias ? 1 : 0;
    const n = inputs + first;
    const cross = inputStatisticsOf(this.#sizes);
    for (let o = 0; o < outputs; o++) {
      if (bias) rows[o * n] = s[cross + outputs * inputs + o]!;
      for (let i = 0; i < inputs; i++) rows[o * n + first + i] = s[cross + o * inputs + i]!;
    }
    this.#factor.solve(rows);
    for (let o = 0; o < outputs; o++) {
      if (bias) w[outputs * inputs + o] = rows[o * n]!;
      for (let i = 0; i < inputs; i++) w[o * inputs + i] = rows[o * n + first + i]!;
    }
  }
}

/**
 * Solution of least norm from a rank-revealing factor of the centred Gram matrix, scaled to $S_{ij} / (d_i d_j)$ with
 * $d_i = \sqrt{S_{ii}}$ before centring; the bias is no part of the norm.
 */
class PseudoInverseSolver implements WeightSolver {
  readonly remedy = 'pseudo-inverse';
  readonly ridge: number;
  readonly #sizes: LeastSquaresSizes;
  readonly #means: Float64Array;
  readonly #scales: Float64Array;
  readonly #factor: Factor;
  readonly #rows: Float64Array;

  constructor(s: Float64Array, sizes: LeastSquaresSizes, ridge: number, tolerance: number, algebra: LinearAlgebra) {
    const { inputs, outputs, bias } = sizes;
    this.ridge = ridge;
    this.#sizes = sizes;
    const count = bias ? Math.max(s[inputs * (inputs + 1)]!, 1) : 1;
    this.#means = new Float64Array(inputs);
    if (bias) for (let i = 0; i < inputs; i++) this.#means[i] = s[inputs * inputs + i]! / count;
    this.#scales = new Float64Array(inputs);
    for (let i = 0; i < inputs; i++) this.#scales[i] = 1 / Math.sqrt(Math.abs(s[i * inputs + i]! + ridge) || 1);
    const centred = s.slice(0, inputs * inputs);
    for (let i = 0; i < inputs; i++) {
      centred[i * inputs + i]! += ridge;
      for (let j = i; j < inputs; j++) {
        const moment = count * this.#means[i]! * this.#means[j]!;
        centred[i * inputs + j] = (centred[i * inputs + j]! - moment) * this.#scales[i]! * this.#scales[j]!;
      }
    }
    this.#factor = algebra.factorSemidefinite(centred, inputs, tolerance);
    this.#rows = new Float64Array(outputs * inputs);
  }

  solve(s: Float64Array, w: Real): void {
    const { inputs, outputs, bias } = this.#sizes;
    const rows = this.#rows;
    const scales = this.#scales;
    const cross = inputStatisticsOf(this.#sizes);
    const sums = cross + outputs * inputs;
    for (let o = 0; o < outputs; o++) {
      const sum = bias ? s[sums + o]! : 0;
      for (let i = 0; i < inputs; i++) {
        rows[o * inputs + i] = (s[cross + o * inputs + i]! - sum * this.#means[i]!) * scales[i]!;
      }
    }
    this.#factor.solve(rows);
    for (let i = 0; i < rows.length; i++) rows[i]! *= scales[i % inputs]!;
    for (let i = 0; i < rows.length; i++) w[i] = rows[i]!;
    if (bias) this.#solveBias(s, sums, w);
  }

  /** $b = \bar z - W \bar a$. */
  #solveBias(s: Float64Array, sums: number, w: Real): void {
    const { inputs, outputs } = this.#sizes;
    const count = Math.max(s[inputs * (inputs + 1)]!, 1);
    for (let o = 0; o < outputs; o++) {
      let mean = s[sums + o]! / count;
      for (let i = 0; i < inputs; i++) mean -= this.#rows[o * inputs + i]! * this.#means[i]!;
      w[outputs * inputs + o] = mean;
    }
  }
}

/**
 * Factors the normal equations of $\min_{W, b} |z - W a - b|^2 + r |W|^2$ from summed statistics
 * `[Gram a'a, sums of a, count | cross z'a, sums of z]` (the sums and the count only with a bias). The ladder:
 *
 * 1. `none`: Cholesky. Features that are zero in every sample are exact here and get weight zero.
 * 2. `ridge`: where some feature is, up to rounding, a linear combination of others (duplicates, constants beside a
 *    bias, fewer samples than inputs), every diagonal entry but the bias's grows by $10^{-5}$ (f32) or $10^{-10}$ (f64)
 *    of itself, whatever the units of its feature. Directions with data hardly move, directions without get (nearly) the
 *    solution of least norm $\sum_i S_{ii} |w_i|^2$, in which the units cancel too (for features of equal mean square it
 *    is the least norm of $W$). It costs one more Cholesky factorisation: a small part of what eigenvalues cost.
 * 3. `pseudo-inverse`: where errors larger than that leave the matrix indefinite, it is scaled to that norm, its small
 *    eigenvalues are cut off, and the rest gives the solution of least norm exactly.
 *
 * @returns The solver, or a failure where an input statistic is not finite.
 */
export function prepareLeastSquares(
  s: Float64Array,
  sizes: LeastSquaresSizes,
  { regulariser, precision }: WeightOptions,
  linearAlgebra: LinearAlgebra,
): WeightSolver | Failure {
  const broken = notFinite(s, sizes);
  if (broken !== undefined) return broken;
  const ridge = regulariser.ridge(s.subarray(0, sizes.inputs * sizes.inputs), sizes.inputs, centreOf(s, sizes));
  const tolerance = noise[precision];
  const matrix = normalMatrix(s, sizes, ridge);
  const first = sizes.bias ? 1 : 0;
  const n = sizes.inputs + first;
  const plain = linearAlgebra.factor(matrix, n, tolerance);
  if (plain !== undefined) return new CholeskySolver('none', ridge, sizes, plain);
  for (let i = first; i < n; i++) matrix[i * n + i]! *= 1 + raise[precision];
  const raised = linearAlgebra.factor(matrix, n, tolerance);
  if (raised !== undefined) return new CholeskySolver('ridge', ridge, sizes, raised);
  return new PseudoInverseSolver(s, sizes, ridge, tolerance, linearAlgebra);
}
