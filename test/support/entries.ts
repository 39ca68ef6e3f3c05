import type { ActivationSolver } from '../../core/activation-solver.ts';
import type { Precision } from '../../core/block.ts';
import type { Penalty } from '../../core/penalty.ts';
import { numbers } from '../laws/brute-force.ts';

/** $h$ of every number. */
export function applyAll(solver: ActivationSolver, z: readonly number[], precision: Precision = 'float64'): number[] {
  const out = numbers(precision, z);
  solver.apply(out, out);
  return Array.from(out);
}

/** The z-update of every pair of numbers. */
export function solveAll(
  solver: ActivationSolver,
  a: readonly number[],
  m: readonly number[],
  penalty: Penalty,
  precision: Precision = 'float64',
): number[] {
  const z = numbers(precision, m);
  solver.solve(numbers(precision, a), z, penalty, z);
  return Array.from(z);
}

/** $\gamma (a - h(z))^2 + \beta (z - m)^2$. */
export const costAt = (solver: ActivationSolver, a: number, m: number, { gamma, beta }: Penalty, z: number): number =>
  gamma * (a - applyAll(solver, [z])[0]!) ** 2 + beta * (z - m) ** 2;
