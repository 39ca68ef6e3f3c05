import type { OutputSolver } from '../../core/output-solver.ts';
import { decideByTarget } from './decide.ts';

/**
 * The separable hinge of Taylor et al. 2016, section 6: $\ell(z, 1) = \max(1 - z, 0)$ and $\ell(z, 0) = \max(z, 0)$,
 * for targets 0 and 1; outputs are not coupled.
 *
 * z-update with $v = m - \lambda / (2 \beta)$: $z = \max(v, \min(1, v + 1 / (2 \beta)))$ where $y = 1$, and
 * $z = \min(v, \max(0, v - 1 / (2 \beta)))$ where $y = 0$: outside the kink, on its sloping side, or on the kink itself.
 */
export const hinge: OutputSolver = {
  name: 'hinge',
  gap: 0,
  slopes: (y) => (y === 1 ? [-1, 0] : [0, 1]),
  loss(z, y) {
    let sum = 0;
    for (let i = 0; i < z.data.length; i++) {
      sum += Math.max(y.data[i] === 1 ? 1 - z.data[i]! : z.data[i]!, 0);
    }
    return sum;
  },
  solve(y, m, lambda, beta, z) {
    const half = 1 / (2 * beta);
    for (let i = 0; i < z.data.length; i++) {
      const v = m.data[i]! - lambda.data[i]! * half;
      z.data[i] = y.data[i] === 1 ? Math.max(v, Math.min(1, v + half)) : Math.min(v, Math.max(0, v - half));
    }
  },
  decide: decideByTarget,
};
