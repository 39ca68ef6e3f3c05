import type { ActivationSolver } from '../core/activation-solver.ts';
import { tabulatedOnUse } from './lookup-table.ts';

/** Exponential linear unit, $h(z) = z$ for $z \ge 0$ and $e^z - 1$ below (Clevert et al. 2016). z-update: {@link lookupTable}. */
export const elu: ActivationSolver = tabulatedOnUse('elu', (z) => (z >= 0 ? z : Math.expm1(z)));
