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
  /** `out[row]` = index of the class that the outputs `z[row]` speak for; one output speaks for class 0 or 1. */
  decide(z: Block, out: Int32Array): void;
}

/** Container identifier; bind as many as you like. */
export const OutputSolver = token<OutputSolver>('OutputSolver');
