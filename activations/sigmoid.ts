import type { ActivationSolver } from '../core/activation-solver.ts';
import { tabulatedOnUse } from './lookup-table.ts';

/** Logistic sigmoid, $h(z) = 1 / (1 + e^{-z})$. z-update: {@link lookupTable}. */
export const sigmoid: ActivationSolver = tabulatedOnUse('sigmoid', (z) => 1 / (1 + Math.exp(-z)));
