import { block, epsilonOf, zeros, type Block, type Precision } from '../block.ts';
import type { InputSolver } from '../layer-solver.ts';
import type { LinearAlgebra } from '../linear-algebra.ts';
import type { DenseReading } from './reading.ts';

const keepAndAdd = { transpose: false, keep: 1 } as const;

/** The readers' matrices, cut to the node's columns, scaled by $\sqrt{\beta_r}$ and stacked: $\sum_r p_r \times n$. */
function stack(readings: readonly DenseReading[], width: number): Float64Array {
  const height = readings.reduce((sum, { matrix }) => sum + matrix.rows, 0);
  const stacked = new Float64Array(height * width);
  let at = 0;
  for (const { matrix, beta, columns } of readings) {
    const scale = Math.sqrt(beta);
    for (let row = 0; row < matrix.rows; row++) {
      for (let column = columns.from; column < columns.to; column++) {
        stacked[at++] = scale * matrix.data[row * matrix.cols + column]!;
      }
    }
  }
  return stacked;
}

const transposed = (a: Float64Array, rows: number, cols: number): Float64Array => {
  const result = new Float64Array(a.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < cols; column++) result[column * rows + row] = a[row * cols + column]!;
  }
  return result;
};

/**
 * $(\gamma I + W W^T)^{-1} W$ for a stacked $W$ (p x n), by factoring the smaller of the two systems: $p \times p$, or
 * $n \times n$ through $(\gamma I + W W^T)^{-1} W = W (\gamma I + W^T W)^{-1}$.
 */
function projector(w: Float64Array, p: number, n: number, gamma: number, linearAlgebra: LinearAlgebra): Float64Array {
  const wide = p <= n;
  const size = wide ? p : n;
  const system = new Float64Array(size * size);
  linearAlgebra.gram(wide ? block(n, p, transposed(w, p, n)) : block(p, n, w), system);
  for (let i = 0; i < size; i++) system[i * size + i]! += gamma;
  // Positive definite by construction; the shifted diagonal only vanishes in rounding when beta / gamma exceeds 1e15.
  const factor =
    linearAlgebra.factor(system, size, 0) ?? linearAlgebra.factorSemidefinite(system, size, epsilonOf('float64'));
  const rightHandSides = wide ? transposed(w, p, n) : w.slice();
  factor.solve(rightHandSides);
  return wide ? transposed(rightHandSides, n, p) : rightHandSides;
}

/**
 * Input update by one small factorisation: $a = h + \sum_r \rho_r P_r$ with
 * $P = \sqrt{\beta} (\gamma I + W W^T)^{-1} W$ over the stacked readers (Taylor et al. 2016, Eq. 6, in Woodbury form: the
 * correction of $h$ costs two products with the readers' matrices and no solve per sample).
 */
export function factoredInputs(
  readings: readonly DenseReading[],
  gamma: number,
  precision: Precision,
  linearAlgebra: LinearAlgebra,
): InputSolver {
  const { from, to } = readings[0]!.columns;
  const width = to - from;
  const stacked = stack(readings, width);
  const projected = projector(stacked, stacked.length / width, width, gamma, linearAlgebra);
  let row = 0;
  const projectors = readings.map(({ matrix, beta }): Block => {
    const data = zeros(precision, matrix.rows * width);
    const scale = Math.sqrt(beta);
    for (let i = 0; i < data.length; i++) data[i] = scale * projected[row * width + i]!;
    row += matrix.rows;
    return block(matrix.rows, width, data);
  });
  return {
    correct(residuals, a) {
      for (let reader = 0; reader < projectors.length; reader++) {
        linearAlgebra.multiply(residuals[reader]!, projectors[reader]!, keepAndAdd, a);
      }
    },
  };
}
