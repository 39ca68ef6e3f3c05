import type { ActivationSolver } from '../core/activation-solver.ts';
import { piecewiseLinear } from './piecewise-linear.ts';

/** Identity, $h(z) = z$. z-update: $z = (\gamma a + \beta m) / (\gamma + \beta)$. */
export const identity: ActivationSolver = piecewiseLinear('identity', [
  { from: -Infinity, to: Infinity, slope: 1, offset: 0 },
]);
