import type { OutputSolver } from '../../core/output-solver.ts';
import { decideByTarget } from './decide.ts';

/**
 * Squared error, $\ell(z, y) = |z - y|^2$, without a factor 1/2, like the penalties. Outputs are not coupled; any real
 * targets. z-update: $z = (y - \lambda / 2 + \beta m) / (1 + \beta)$, the zero of
 * $2 (z - y) + \lambda + 2 \beta (z - m)$.
 */
export const squared: OutputSolver = {
  name: 'squared',
  gap: 0,
  leastSquares: true,
  slopes: () => [-Infinity, Infinity],
  loss(z, y) {
    let sum = 0;
    for (let i = 0; i < z.data.length; i++) {
      const miss = z.data[i]! - y.data[i]!;
      sum += miss * miss;
    }
    return sum;
  },
  solve(y, m, lambda, beta, z) {
    const scale = 1 / (1 + beta);
    for (let i = 0; i < z.data.length; i++) {
      z.data[i] = (y.data[i]! - lambda.data[i]! / 2 + beta * m.data[i]!) * scale;
    }
  },
  decide: decideByTarget,
};
