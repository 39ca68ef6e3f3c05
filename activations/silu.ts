import type { ActivationSolver } from '../core/activation-solver.ts';
import { tabulatedOnUse } from './lookup-table.ts';

/** Sigmoid linear unit or swish, $h(z) = z / (1 + e^{-z})$ (Elfwing et al. 2018). z-update: {@link lookupTable}. */
export const silu: ActivationSolver = tabulatedOnUse('silu', (z) => z / (1 + Math.exp(-z)));
