import type { ActivationSolver } from './activation-solver.ts';
import { token } from './token.ts';

/** Extension point: faster equals of activations, e.g. in SIMD. */
export interface Accelerator {
  /**
   * The same activation with faster kernels, or `undefined` where there are none for it. Passes the laws that the given
   * one passes.
   */
  activation(solver: ActivationSolver): ActivationSolver | undefined;
}

/** Container identifier; of several, the last one bound that knows an activation is taken. */
export const Accelerator = token<Accelerator>('Accelerator');
