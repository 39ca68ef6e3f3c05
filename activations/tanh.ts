import type { ActivationSolver } from '../core/activation-solver.ts';
import { tabulatedOnUse } from './lookup-table.ts';

/** Hyperbolic tangent, $h(z) = \tanh z$. z-update: {@link lookupTable}. */
export const tanh: ActivationSolver = tabulatedOnUse('tanh', Math.tanh);
