import type { ActivationSolver } from '../core/activation-solver.ts';
import { piecewiseLinear } from './piecewise-linear.ts';

/**
 * Sign, $h(z) = 1$ for $z \ge 0$ (zero included) and $-1$ below. z-update: the better one of $\max(0, m)$ and
 * $\min(0^-, m)$, where $0^-$ is the largest number below zero.
 */
export const sign: ActivationSolver = piecewiseLinear('sign', [
  { from: -Infinity, to: 0, slope: 0, offset: -1 },
  { from: 0, to: Infinity, slope: 0, offset: 1 },
]);
