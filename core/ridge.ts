import { must } from './errors.ts';
import type { Regulariser } from './regulariser.ts';

/**
 * Ridge relative to the mean eigenvalue of the Gram matrix: $r = \rho \operatorname{tr}(a^T a) / d$. Scaling the inputs or
 * adding samples does not change how strong it is.
 *
 * @param relative - $\rho \ge 0$; 0 for plain least squares.
 */
export function ridge(relative: number): Regulariser {
  must(relative >= 0 && relative < Infinity, () => `The ridge must be a number from 0 up, got ${relative}.`);
  return {
    name: `ridge(${relative})`,
    ridge(gram, dimension) {
      let trace = 0;
      for (let i = 0; i < dimension; i++) trace += gram[i * dimension + i]!;
      return (relative * trace) / Math.max(dimension, 1);
    },
  };
}
