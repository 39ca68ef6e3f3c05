import { isTabulated } from '../../activations/lookup-table.ts';
import type { Acceleration, Accelerator } from '../../core/accelerator.ts';
import { isRelu, type ActivationSolver } from '../../core/activation-solver.ts';
import type { OutputSolver } from '../../core/output-solver.ts';
import { hinge, squared } from '../../layers/losses/index.ts';
import { elementKernels, mostPieces, type ElementKernels } from './elements.ts';
import { bestBuild, type Build } from './load.ts';

function accelerate(solver: ActivationSolver, kernels: ElementKernels): ActivationSolver | undefined {
  const { name, gap, pieces, widths, windows } = solver;
  if (windows !== undefined) return { name, gap, windows, ...(widths && { widths }), ...kernels.pool(solver, windows) };
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
    patches: (shape, precision) => kernels()?.patches(shape, precision),
  };
}

/**
 * SIMD kernels for every activation that declares its pieces or is solved by look-up table, and for the losses `hinge` and `squared`, where the runtime has
 * SIMD. Every opening is an instance of its own, made when first asked for something.
 */
export const wasmAccelerator = (): Accelerator => ({ open: () => openKernels(bestBuild()) });
