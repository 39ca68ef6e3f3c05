import type { ActivationSolver } from '../core/activation-solver.ts';
import { piecewiseLinear } from './piecewise-linear.ts';

/**
 * Leaky rectified linear unit, $h(z) = z$ for $z \ge 0$ and $s z$ below (Maas et al. 2013). z-update: the better one of
 * $\min(0, (\gamma s a + \beta m) / (\gamma s^2 + \beta))$ and $\max(0, (\gamma a + \beta m) / (\gamma + \beta))$.
 *
 * @param slope - The slope $s$ below zero, any finite number.
 * @param name - Default: `leaky-relu(s)`.
 * @throws UserError when the slope is not finite.
 */
export const leakyReluWith = (slope: number, name = `leaky-relu(${slope})`): ActivationSolver =>
  piecewiseLinear(name, [
    { from: -Infinity, to: 0, slope, offset: 0 },
    { from: 0, to: Infinity, slope: 1, offset: 0 },
  ]);

/** Leaky rectified linear unit of slope 0.01 below zero: {@link leakyReluWith}. */
export const leakyRelu: ActivationSolver = leakyReluWith(0.01, 'leaky-relu');
