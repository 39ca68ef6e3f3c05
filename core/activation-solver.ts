import type { Real } from './block.ts';
import type { Penalty } from './penalty.ts';
import { token } from './token.ts';

/**
 * One piece of a piecewise-linear function: $h(z) = \text{slope} \cdot z + \text{offset}$ for $z$ between `from` and
 * `to`. Pieces are half-open, `[from, to)`: at a joint the right piece holds. They are listed from left to right without
 * gaps, the first from $-\infty$, the last to $\infty$.
 */
export interface Piece {
  /** Left end, included. */
  readonly from: number;
  /** Right end, not included. */
  readonly to: number;
  /** Slope of the piece. */
  readonly slope: number;
  /** Value of the piece, continued to $z = 0$. */
  readonly offset: number;
}

/** Features of one sample, before and after an activation that sees them together. */
export interface ActivationWidths {
  /** Features of $z$. */
  readonly z: number;
  /** Features of $a = h(z)$. */
  readonly a: number;
}

/** Whether the pieces are those of $\max(0, z)$. */
export const isRelu = (pieces: readonly Piece[]): boolean =>
  pieces.length === 2 &&
  pieces.every(({ slope, offset }, index) => slope === index && offset === 0) &&
  pieces[1]!.from === 0;

/** Windows side by side in images whose channels lie together; numbers at the border that fill none are left out. */
export interface Windows {
  /** Rows of pixels. */
  readonly height: number;
  /** Pixels in a row. */
  readonly width: number;
  /** Numbers of a pixel; each has windows of its own. */
  readonly channels: number;
  /** Members of a window, down. */
  readonly down: number;
  /** Members of a window, across. */
  readonly across: number;
  /** Whether max(0, .) follows the maximum; else nothing does. */
  readonly rectify: boolean;
}

/**
 * Extension point: an activation $h$, pointwise unless it declares {@link ActivationSolver.widths}, and the global solution of
 * its sub-problem.
 *
 * Laws: `activationLaws` of `nograd/laws`.
 */
export interface ActivationSolver {
  /** Unique name, as run files spell it. */
  readonly name: string;
  /**
   * Bound on (objective found - global minimum), relative to $1 + \gamma a^2 + \beta m^2$; 0 for a closed form, which
   * is then held to rounding errors alone.
   */
  readonly gap: number;
  /** Declared by piecewise-linear activations: fast kernels run any of them, user-defined ones included. */
  readonly pieces?: readonly Piece[];
  /**
   * Declared by activations that are not pointwise, such as pooling: `apply`, `solve` and `solveAndSum` (which they must have)
   * then take whole samples, one after the other, with so many features each; `out` is no array that is read, and `z` may be
   * `m` alone. The sub-problem is $\gamma |a - h(z)|^2 + \beta |z - m|^2$ over a sample. Default: pointwise.
   */
  readonly widths?: ActivationWidths;
  /** Declared by the maximum over windows side by side, then perhaps ReLU: kernels can take its place. Default: anything else. */
  readonly windows?: Windows;
  /** `out[i]` = $h(z_i)$. `out` may be `z` itself. NaN in, NaN out. */
  apply(z: Real, out: Real): void;
  /**
   * `z[i]` = a global minimiser of $\gamma (a_i - h(z))^2 + \beta (z - m_i)^2$ (Taylor et al. 2016, Algorithm 1).
   * `z` may be `m` or `a` itself. NaN in, NaN out.
   */
  solve(a: Real, m: Real, penalty: Penalty, z: Real): void;
  /**
   * As `solve`, and `sums[0]` += $\sum_i (z_i - m_i)^2$, `sums[1]` += $\sum_i (a_i - h(z_i))^2$ of the solution. Declared by
   * kernels that have the sums at hand; without it they cost three more passes over the block.
   */
  solveAndSum?(a: Real, m: Real, penalty: Penalty, z: Real, sums: Float64Array): void;
}

/** Container identifier; bind as many as you like. */
export const ActivationSolver = token<ActivationSolver>('ActivationSolver');
