import type { Precision } from '../block.ts';
import type { InputSolver } from '../layer-solver.ts';
import type { LinearAlgebra } from '../linear-algebra.ts';
import { ConjugateGradientInputs, type ConjugateGradientWork } from './conjugate-gradients.ts';
import { factoredInputs } from './factored.ts';
import { identityPenalty, IdentityReaders } from './identity-readers.ts';
import type { DenseReading, Reading } from './reading.ts';

/** What the input update of a node is prepared with. */
export interface InputServices {
  /** Kernels. */
  readonly linearAlgebra: LinearAlgebra;
  /** Of the blocks. */
  readonly precision: Precision;
  /** Work space for these readers; called only where it is needed. */
  work(readers: readonly Reading[]): ConjugateGradientWork;
}

const isDense = (reading: Reading): reading is DenseReading => 'matrix' in reading;

/**
 * Prepares $a = h + \operatorname{argmin}_\delta \gamma |\delta|^2 + \sum_r \beta_r |\rho_r - W_r \delta|^2$ for a node:
 * by the only reader's own method where it has one, by a factorisation where all readers have a matrix, else by conjugate
 * gradients. Readers that take the node as it is are merged into $\gamma$ first.
 */
export function prepareInputs(readers: readonly Reading[], gamma: number, services: InputServices): InputSolver {
  const others = readers.filter(({ layer }) => layer.identity !== true);
  if (others.length === readers.length) return prepareMaps(readers, gamma, services);
  const merged = gamma + identityPenalty(readers.filter(({ layer }) => layer.identity === true));
  if (others.length === 0) return new IdentityReaders(readers, merged);
  const work = services.work(others);
  const solver = prepareMaps(others, merged, { ...services, work: () => work });
  return new IdentityReaders(readers, merged, { solver, work });
}

function prepareMaps(readers: readonly Reading[], gamma: number, services: InputServices): InputSolver {
  const [only] = readers;
  if (readers.length === 1 && only!.columns.to - only!.columns.from === only!.layer.inputs) {
    const own = only!.layer.prepareInputs?.(only!.weights, { gamma, beta: only!.beta });
    if (own !== undefined) return own;
  }
  const readings = readers.map((reading) => {
    const matrix = reading.layer.matrix?.(reading.weights);
    return matrix === undefined ? reading : { ...reading, matrix };
  });
  return readings.every(isDense)
    ? factoredInputs(readings, gamma, services.precision, services.linearAlgebra)
    : new ConjugateGradientInputs(readings, gamma, services.precision, services.work(readings));
}
