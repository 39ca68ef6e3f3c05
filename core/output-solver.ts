import type { Block } from './block.ts';
import { token } from './token.ts';

/**
 * Extension point: the loss of an output node and the global solution of its sub-problem with the multiplier. The
 * outputs of one sample may be coupled; samples are independent.
 *
 * Laws: `outputLaws` of `nograd/laws`.
 */
export interface OutputSolver {
  /** Unique name, as run files spell it. */
  readonly name: string;
  /** Bound on (objective found - global minimum), relative to its scale; 0 for a closed form. */
  readonly gap: number;
  /** Declared by $\ell(z, y) = |z - y|^2$: schemes may then fit an output layer to its targets exactly. */
  readonly leastSquares?: true;
  /**
   * Range of the sub-gradients of the loss in one output with target `y` (0 or 1). The multiplier of both multiplier
   * steps stays between minus the upper and minus the lower end (see `docs/mathematics.md`). Infinite ends say nothing.
   */
  slopes(y: number): readonly [lower: number, upper: number];
  /** Sum of the loss over all samples and outputs of the block: $\sum \ell(z, y)$. Shapes of `z` and `y` agree. */
  loss(z: Block, y: Block): number;
  /**
   * `z` = argmin $\ell(z, y) + \langle z, \lambda \rangle + \beta |z - m|^2$ (Taylor et al. 2016, Algorithm 1). All blocks
   * have the same shape; `z` may be `m` itself.
   */
  solve(y: Block, m: Block, lambda: Block, beta: number, z: Block): void;
  /**
   * As `solve` with a `z` of its own, and in the same pass over the block: `sums[0]` += $\sum \ell(z, y)$, `sums[1]` +=
   * $\langle z, \lambda \rangle$ and `sums[2]` += $|z - m|^2$; then $\lambda$ += `step` $\beta (z - m)$. Declared by kernels that
   * have the sums at hand; without it they cost three more passes over the block.
   */
  solveAndStep?(y: Block, m: Block, beta: number, step: number, lambda: Block, z: Block, sums: Float64Array): void;
  /** `out[row]` = index of the class that the outputs `z[row]` speak for; one output speaks for class 0 or 1. */
  decide(z: Block, out: Int32Array): void;
}

/** Container identifier; bind as many as you like. */
export const OutputSolver = token<OutputSolver>('OutputSolver');
