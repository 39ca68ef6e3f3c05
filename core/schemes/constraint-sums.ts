import type { Real } from '../block.ts';

/** The terms of the objective that belong to one node, summed over the samples seen. */
export interface ConstraintSums {
  /** Samples that have the node. */
  rows: number;
  /** $|z - W a'|^2$. */
  linear: number;
  /** $|a - h(z)|^2$; 0 for output nodes. */
  activation: number;
  /** $\ell(z, y)$; 0 for hidden nodes. */
  loss: number;
  /** $\langle z, \lambda \rangle$; 0 for hidden nodes. */
  multiplier: number;
  /** Samples whose $z$ speaks for the right class; absent for hidden nodes, and where nobody counts. */
  right?: number;
}

/** No samples seen. */
export const noSums = (): ConstraintSums => ({ rows: 0, linear: 0, activation: 0, loss: 0, multiplier: 0 });

/** $|a - b|^2$. */
export function squaredDistance(a: Real, b: Real): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = a[i]! - b[i]!;
    sum += difference * difference;
  }
  return sum;
}

/** $\langle a, b \rangle$. */
export function innerProduct(a: Real, b: Real): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
