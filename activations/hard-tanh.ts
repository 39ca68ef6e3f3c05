import type { ActivationSolver } from '../core/activation-solver.ts';
import { piecewiseLinear } from './piecewise-linear.ts';

/**
 * Hard hyperbolic tangent, $h(z) = \operatorname{clip}(z, -1, 1)$. z-update: the best one of $\min(-1, m)$,
 * $\operatorname{clip}((\gamma a + \beta m) / (\gamma + \beta), -1, 1)$ and $\max(1, m)$.
 */
export const hardTanh: ActivationSolver = piecewiseLinear('hard-tanh', [
  { from: -Infinity, to: -1, slope: 0, offset: -1 },
  { from: -1, to: 1, slope: 1, offset: 0 },
  { from: 1, to: Infinity, slope: 0, offset: 1 },
]);
