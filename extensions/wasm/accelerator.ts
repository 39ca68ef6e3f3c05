import { isTabulated } from '../../activations/lookup-table.ts';
import type { Acceleration, Accelerator } from '../../core/accelerator.ts';
import type { ActivationSolver, Piece } from '../../core/activation-solver.ts';
import type { OutputSolver } from '../../core/output-solver.ts';
import { hinge, squared } from '../../layers/losses/index.ts';
import { elementKernels, mostPieces, type ElementKernels } from './elements.ts';
import { bestBuild, type Build } from './load.ts';

/** Whether the pieces are those of $\max(0, z)$. */
const isRelu = (pieces: readonly Piece[]): boolean =>
  pieces.length === 2 &&
  pieces.every(({ slope, offset }, index) => slope === index && offset === 0) &&
  pieces[1]!.from === 0;

function accelerate(solver: ActivationSolver, kernels: ElementKernels): ActivationSolver | undefined {
  const { name, gap, pieces } = solver;
  if (isTabulated(solver)) {
    const tabulated = kernels.tabulated(solver);
    return tabulated && { ...solver, ...tabulated };
  }
  if (pieces === undefined || pieces.length > mostPieces) return undefined;
  if (!isRelu(pieces)) return { name, gap, pieces, ...kernels.piecewise(pieces) };
  return { name, gap, pieces, ...kernels.relu };
}

/** Whether a loss has the values and the z-update of a known one, whatever else it has of its own. */
const isLike = (known: OutputSolver, solver: OutputSolver): boolean =>
  solver.loss === known.loss && solver.solve === known.solve;

function accelerateOutput(solver: OutputSolver, kernels: ElementKernels): OutputSolver | undefined {
  if (isLike(hinge, solver)) return { ...solver, ...kernels.hinge };
  if (isLike(squared, solver)) return { ...solver, ...kernels.squared };
  return undefined;
}

function openKernels(build: Build | undefined): Acceleration {
  let loaded: ElementKernels | undefined;
  const kernels = (): ElementKernels | undefined => build && (loaded ??= elementKernels(build));
  return {
    activation(solver) {
      const own = kernels();
      return own && accelerate(solver, own);
    },
    output(solver) {
      const own = kernels();
      return own && accelerateOutput(solver, own);
    },
    allocate: (precision, length) => kernels()?.allocate(precision, length),
  };
}

/**
 * SIMD kernels for every activation that declares its pieces or is solved by look-up table, and for the losses `hinge` and `squared`, where the runtime has
 * SIMD. Every opening is an instance of its own, made when first asked for something.
 */
export const wasmAccelerator = (): Accelerator => ({ open: () => openKernels(bestBuild()) });
