import type { ActivationSolver } from './activation-solver.ts';
import type { Precision, Real } from './block.ts';
import type { OutputSolver } from './output-solver.ts';
import { token } from './token.ts';

/** How patches lie in an image with its border; all counts are of numbers. */
export interface PatchShape {
  /** The image. */
  readonly image: number;
  /** From one row of pixels to the next. */
  readonly pitch: number;
  /** Lines of a patch. */
  readonly lines: number;
  /** A line of a patch, which lies together in the image too. */
  readonly line: number;
  /** From one patch to the next in a row of outputs. */
  readonly step: number;
  /** Patches of a row of outputs. */
  readonly across: number;
  /** Patches that there is room for. */
  readonly room: number;
}

/** An image and patches, and what moves numbers between them. */
export interface PatchMover {
  /** The image with its border. */
  readonly image: Real;
  /** Room x patch. */
  readonly patches: Real;
  /** Copies the patches of one row of outputs, the first of which begins at number `from` of the image, to the patches from `to` on. */
  unfold(from: number, to: number): void;
  /** The transpose: adds the numbers of these patches to those of the image. */
  fold(from: number, to: number): void;
}

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
  /** A mover of patches with memory of its own, or `undefined` where there is no more room. */
  patches?(shape: PatchShape, precision: Precision): PatchMover | undefined;
}

/** Extension point: faster equals of activations and losses, and movers of patches, e.g. in SIMD. */
export interface Accelerator {
  /** Kernels for one run. */
  open(): Acceleration;
}

/** Container identifier; of several, the last one bound that knows an activation or a loss is taken. */
export const Accelerator = token<Accelerator>('Accelerator');
