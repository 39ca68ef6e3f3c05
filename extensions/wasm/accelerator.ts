import type { Accelerator } from '../../core/accelerator.ts';
import type { ActivationSolver, Piece } from '../../core/activation-solver.ts';
import { elementKernels, mostPieces, type ElementKernels } from './elements.ts';
import { bestBuild } from './load.ts';

/** Whether the pieces are those of $\max(0, z)$. */
const isRelu = (pieces: readonly Piece[]): boolean =>
  pieces.length === 2 &&
  pieces.every(({ slope, offset }, index) => slope === index && offset === 0) &&
  pieces[1]!.from === 0;

function accelerate(solver: ActivationSolver, kernels: ElementKernels): ActivationSolver | undefined {
  const { name, gap, pieces } = solver;
  if (pieces === undefined || pieces.length > mostPieces) return undefined;
  if (!isRelu(pieces)) return { name, gap, pieces, ...kernels.piecewise(pieces) };
  return { name, gap, pieces, ...kernels.relu };
}

/** SIMD kernels for every activation that declares its pieces, where the runtime has SIMD; loaded when first asked for. */
export function wasmAccelerator(): Accelerator {
  const build = bestBuild();
  let loaded: ElementKernels | undefined;
  const kernels = (): ElementKernels | undefined => build && (loaded ??= elementKernels(build));
  return {
    activation(solver) {
      const own = kernels();
      return own && accelerate(solver, own);
    },
    allocate: (precision, length) => kernels()?.allocate(precision, length),
  };
}
