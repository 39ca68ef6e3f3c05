import type { ActivationSolver } from './activation-solver.ts';
import type { Precision, Real } from './block.ts';
import type { OutputSolver } from './output-solver.ts';
import { token } from './token.ts';

/** Faster kernels with memory of their own, opened for one run and given back when nothing refers to them any more. */
export interface Acceleration {
  /**
   * The same activation with faster kernels, or `undefined` where there are none for it. Passes the laws that the given
   * one passes.
   */
  activation(solver: ActivationSolver): ActivationSolver | undefined;
  /** The same loss with faster kernels, or `undefined` where there are none for it. Passes the laws that the given one passes. */
  output?(solver: OutputSolver): OutputSolver | undefined;
  /**
   * A zero-filled array that these kernels touch without a copy, or `undefined` where there is no more room. It is not given
   * back before the kernels are: only for what lives as long as a run.
   */
  allocate?(precision: Precision, length: number): Real | undefined;
}

/** Extension point: faster equals of activations and losses, e.g. in SIMD. */
export interface Accelerator {
  /** Kernels for one run. */
  open(): Acceleration;
}

/** Container identifier; of several, the last one bound that knows an activation or a loss is taken. */
export const Accelerator = token<Accelerator>('Accelerator');
