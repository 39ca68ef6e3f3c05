import { block, precisionOf, rowsOf, type Block, type Real } from '../core/block.ts';
import type { Initialiser } from '../core/initialiser.ts';
import type { LayerServices, LayerSolver, WeightOptions, WeightSolver } from '../core/layer-solver.ts';
import type { LinearAlgebra } from '../core/linear-algebra.ts';
import type { Failure } from '../core/outcome.ts';
import type { Random } from '../core/random.ts';
import { inputStatisticsOf, prepareLeastSquares, targetStatisticsOf } from './least-squares.ts';

/**
 * Dense linear map $z = W a + b$.
 *
 * Weights: $W$ (outputs x inputs, row-major), then $b$ (outputs). Statistics: the Gram matrix $a^T a$ (inputs x inputs, of
 * which the upper triangle is summed), the sums of the inputs and the number of samples; then $z^T a$ (outputs x inputs)
 * and the sums of the outputs. Without a bias there is no $b$, no sums and no number of samples.
 *
 * The weights are the ridge regression $W = z a^T (a a^T + r I)^{-1}$ of Taylor et al. 2016, section 3.1 (there with
 * $r = 0$), the bias being a row of ones in `a` that is exempt from the ridge; rank-deficient inputs are solved by the
 * ladder of `prepareWeights`: no remedy, a ridge of the size of the rounding errors, the pseudo-inverse.
 */
export class DenseLayer implements LayerSolver {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: number;
  readonly biases: number;
  readonly statistics: number;
  readonly inputStatistics: number;
  readonly #bias: boolean;
  readonly #linearAlgebra: LinearAlgebra;
  #ones: Block | undefined;

  constructor(inputs: number, outputs: number, bias: boolean, { linearAlgebra }: Pick<LayerServices, 'linearAlgebra'>) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.#bias = bias;
    this.#linearAlgebra = linearAlgebra;
    this.biases = bias ? outputs : 0;
    this.weights = outputs * inputs + this.biases;
    this.inputStatistics = inputStatisticsOf({ inputs, outputs, bias });
    this.statistics = this.inputStatistics + targetStatisticsOf({ inputs, outputs, bias });
  }

  initialise(initialiser: Initialiser, random: Random, w: Real): void {
    w.fill(0);
    initialiser.fill(this.outputs, this.inputs, random, this.matrix(w).data);
  }

  apply(w: Real, a: Block, z: Block): void {
    if (this.#bias) {
      const bias = w.subarray(this.outputs * this.inputs);
      for (let at = 0; at < z.data.length; at += this.outputs) z.data.set(bias, at);
    }
    this.#linearAlgebra.multiply(a, this.matrix(w), { transpose: true, keep: this.#bias ? 1 : 0 }, z);
  }

  adjoint(w: Real, r: Block, a: Block): void {
    this.#linearAlgebra.multiply(r, this.matrix(w), { transpose: false, keep: 0 }, a);
  }

  gatherInputs(a: Block, s: Float64Array): void {
    const gram = this.inputs * this.inputs;
    this.#linearAlgebra.gram(a, s.subarray(0, gram));
    if (!this.#bias) return;
    this.#addColumnSums(a, s.subarray(gram, gram + this.inputs));
    s[gram + this.inputs]! += a.rows;
  }

  gatherTargets(a: Block, z: Block, s: Float64Array): void {
    const sums = this.inputStatistics + this.outputs * this.inputs;
    this.#linearAlgebra.cross(z, a, s.subarray(this.inputStatistics, sums));
    if (this.#bias) this.#addColumnSums(z, s.subarray(sums, sums + this.outputs));
  }

  prepareWeights(s: Float64Array, options: WeightOptions): WeightSolver | Failure {
    const sizes = { inputs: this.inputs, outputs: this.outputs, bias: this.#bias };
    return prepareLeastSquares(s, sizes, options, this.#linearAlgebra);
  }

  matrix(w: Real): Block {
    return block(this.outputs, this.inputs, w.subarray(0, this.outputs * this.inputs));
  }

  /** `sums[j]` += $\sum_i$ `a[i][j]`: the product with the row of ones that the bias is. */
  #addColumnSums(a: Block, sums: Float64Array): void {
    if (a.rows === 0) return;
    this.#linearAlgebra.cross(this.#onesFor(a), a, sums);
  }

  /** Ones, as many as the block has rows, in its precision; made anew only where a longer column is needed. */
  #onesFor({ rows, data }: Block): Block {
    const precision = precisionOf(data);
    if (this.#ones === undefined || this.#ones.rows < rows || precisionOf(this.#ones.data) !== precision) {
      this.#ones = block(rows, 1, this.#linearAlgebra.allocate(precision, rows).fill(1));
    }
    return this.#ones.rows === rows ? this.#ones : rowsOf(this.#ones, 0, rows);
  }
}
