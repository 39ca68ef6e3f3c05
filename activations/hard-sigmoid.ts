import type { ActivationSolver } from '../core/activation-solver.ts';
import { piecewiseLinear } from './piecewise-linear.ts';

/**
 * Hard sigmoid, $h(z) = \operatorname{clip}(z, 0, 1)$: the "non-differentiable sigmoid" of Taylor et al. 2016,
 * section 3. z-update: the best one of $\min(0, m)$,
 * $\operatorname{clip}((\gamma a + \beta m) / (\gamma + \beta), 0, 1)$ and $\max(1, m)$.
 */
export const hardSigmoid: ActivationSolver = piecewiseLinear('hard-sigmoid', [
  { from: -Infinity, to: 0, slope: 0, offset: 0 },
  { from: 0, to: 1, slope: 1, offset: 0 },
  { from: 1, to: Infinity, slope: 0, offset: 1 },
]);
