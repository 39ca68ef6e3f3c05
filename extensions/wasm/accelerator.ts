import type { Accelerator } from '../../core/accelerator.ts';
import type { ActivationSolver, Piece } from '../../core/activation-solver.ts';
import { elementKernels, type ElementKernels } from './elements.ts';
import { bestBuild } from './load.ts';

/** Whether the pieces are those of $\max(0, z)$. */
const isRelu = (pieces: readonly Piece[]): boolean =>
  pieces.length === 2 &&
  pieces.every(({ slope, offset }, index) => slope === index && offset === 0) &&
  pieces[1]!.from === 0;

function accelerate(solver: ActivationSolver, kernels: ElementKernels): ActivationSolver | undefined {
  const { name, gap, pieces } = solver;
  if (pieces === undefined) return undefined;
  if (!isRelu(pieces)) return { name, gap, pieces, ...kernels.piecewise(pieces) };
  return { name, gap, pieces, ...kernels.relu };
}

/** SIMD kernels for every activation that declares its pieces, where the runtime has SIMD; loaded when first asked for. */
export function wasmAccelerator(): Accelerator {
  let kernels: ElementKernels | undefined;
  return {
    activation(solver) {
      const build = bestBuild();
      if (build === undefined) return undefined;
      kernels ??= elementKernels(build);
      return accelerate(solver, kernels);
    },
  };
}
