import type { ActivationSolver } from '../core/activation-solver.ts';
import { erfc } from './error-function.ts';
import { tabulatedOnUse } from './lookup-table.ts';

/**
 * Gaussian error linear unit, $h(z) = z \Phi(z)$ with the normal distribution function $\Phi$, not an approximation of it
 * (Hendrycks and Gimpel 2016). z-update: {@link lookupTable}.
 */
export const gelu: ActivationSolver = tabulatedOnUse('gelu', (z) => (z * erfc(-z * Math.SQRT1_2)) / 2);
