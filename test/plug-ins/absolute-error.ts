import { decideByTarget, type OutputSolver } from 'nograd';

/**
 * Absolute error, $\ell(z, y) = |z - y|$. With $v = m - \lambda / (2 \beta)$ the z-update moves from `v` towards `y` by at
 * most $1 / (2 \beta)$: it is $y$ plus the soft-thresholded $v - y$.
 */
export const absoluteError: OutputSolver = {
  name: 'absolute-error',
  gap: 0,
  slopes: () => [-1, 1],
  loss(z, y) {
    let sum = 0;
    for (let i = 0; i < z.data.length; i++) sum += Math.abs(z.data[i]! - y.data[i]!);
    return sum;
  },
  solve(y, m, lambda, beta, z) {
    const most = 1 / (2 * beta);
    for (let i = 0; i < z.data.length; i++) {
      const v = m.data[i]! - lambda.data[i]! * most;
      const away = v - y.data[i]!;
      z.data[i] = Math.abs(away) <= most ? y.data[i]! : v - Math.sign(away) * most;
    }
  },
  decide: decideByTarget,
};
