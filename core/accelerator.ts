import type { ActivationSolver } from './activation-solver.ts';
import type { Precision, Real } from './block.ts';
import { token } from './token.ts';

/** Extension point: faster equals of activations, e.g. in SIMD. */
export interface Accelerator {
  /**
   * The same activation with faster kernels, or `undefined` where there are none for it. Passes the laws that the given
   * one passes.
   */
  activation(solver: ActivationSolver): ActivationSolver | undefined;
  /**
   * A zero-filled array that these kernels touch without a copy, or `undefined` where there is no more room. It is not given
   * back before the accelerator is: only for what lives as long as a run.
   */
  allocate?(precision: Precision, length: number): Real | undefined;
}

/** Container identifier; of several, the last one bound that knows an activation is taken. */
export const Accelerator = token<Accelerator>('Accelerator');
