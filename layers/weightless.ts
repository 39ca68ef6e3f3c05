import type { Block, Real } from '../core/block.ts';
import type { LayerSolver, WeightSolver } from '../core/layer-solver.ts';

const nothingToSolve: WeightSolver = { remedy: 'none', ridge: 0, solve: () => undefined };

/** A linear map without weights: nothing to initialise, to gather or to solve. */
export abstract class WeightlessLayer implements LayerSolver {
  readonly weights = 0;
  readonly biases = 0;
  readonly statistics = 0;
  readonly inputStatistics = 0;
  abstract readonly inputs: number;
  abstract readonly outputs: number;

  abstract apply(w: Real, a: Block, z: Block): void;
  abstract adjoint(w: Real, r: Block, a: Block): void;

  initialise(): void {
    // There is nothing to fill.
  }

  gatherInputs(): void {
    // There are no statistics.
  }

  gatherTargets(): void {
    // There are no statistics.
  }

  prepareWeights(): WeightSolver {
    return nothingToSolve;
  }
}
