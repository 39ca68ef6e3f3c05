import type { ActivationSolver } from '../core/activation-solver.ts';
import { tabulatedOnUse } from './lookup-table.ts';

/** Softplus, $h(z) = \log(1 + e^z)$ (Dugas et al. 2001). z-update: {@link lookupTable}. */
export const softplus: ActivationSolver = tabulatedOnUse(
  'softplus',
  (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))),
);
