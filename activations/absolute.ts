import type { ActivationSolver } from '../core/activation-solver.ts';
import { piecewiseLinear } from './piecewise-linear.ts';

/**
 * Absolute value, $h(z) = |z|$. z-update: the better one of $\min(0, (\beta m - \gamma a) / (\gamma + \beta))$ and
 * $\max(0, (\gamma a + \beta m) / (\gamma + \beta))$.
 */
export const absolute: ActivationSolver = piecewiseLinear('absolute', [
  { from: -Infinity, to: 0, slope: -1, offset: 0 },
  { from: 0, to: Infinity, slope: 1, offset: 0 },
]);
