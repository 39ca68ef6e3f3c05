import { must } from './errors.ts';
import type { Centre, Regulariser } from './regulariser.ts';

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

/** Steps of the power iteration: they give the largest eigenvalue to some percent, which is all that a ridge needs. */
const powerSteps = 12;

/** `out` = $(S - c c^T / n) v$ of a symmetric S with a valid upper triangle. */
function multiply(gram: Float64Array, v: Float64Array, centre: Centre | undefined, out: Float64Array): void {
  const n = v.length;
  out.fill(0);
  for (let i = 0; i < n; i++) {
    const row = i * n;
    const own = v[i]!;
    let sum = gram[row + i]! * own;
    for (let j = i + 1; j < n; j++) {
      const entry = gram[row + j]!;
      sum += entry * v[j]!;
      out[j]! += entry * own;
    }
    out[i]! += sum;
  }
  if (centre === undefined || centre.count === 0) return;
  let along = 0;
  for (let i = 0; i < n; i++) along += centre.sums[i]! * v[i]!;
  for (let i = 0; i < n; i++) out[i]! -= (along / centre.count) * centre.sums[i]!;
}

/**
 * Ridge relative to the largest eigenvalue of the Gram matrix, where a bias has taken the mean out of the inputs.
 *
 * @param relative - $\rho \ge 0$.
 */
export function spectralRidge(relative: number): Regulariser {
  must(relative >= 0 && relative < Infinity, () => `The ridge must be a number from 0 up, got ${relative}.`);
  return {
    name: `spectralRidge(${relative})`,
    ridge(gram, dimension, centre) {
      let v = Float64Array.from({ length: dimension }, (_, i) => 1 + ((i * 7) % 11) / 11);
      let next = new Float64Array(dimension);
      let largest = 0;
      for (let step = 0; step < powerSteps; step++) {
        multiply(gram, v, centre, next);
        const [before, after] = [Math.hypot(...v), Math.hypot(...next)];
        if (!(after > 0)) return 0;
        largest = after / before;
        for (let i = 0; i < dimension; i++) next[i]! /= after;
        [v, next] = [next, v];
      }
      return relative * largest;
    },
  };
}
