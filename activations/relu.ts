import type { ActivationSolver } from '../core/activation-solver.ts';
import { piecewiseLinear } from './piecewise-linear.ts';

/**
 * Rectified linear unit, $h(z) = \max(0, z)$ (Taylor et al. 2016, section 3.3). z-update: the better one of
 * $\min(0, m)$ and $\max(0, (\gamma a + \beta m) / (\gamma + \beta))$.
 */
export const relu: ActivationSolver = piecewiseLinear('relu', [
  { from: -Infinity, to: 0, slope: 0, offset: 0 },
  { from: 0, to: Infinity, slope: 1, offset: 0 },
]);
