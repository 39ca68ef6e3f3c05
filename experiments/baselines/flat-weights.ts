import type { Real } from '../../core/block.ts';
import type { Network } from '../../core/network.ts';

/** All weights of a network in one vector, a group after the other. */
export function readWeights({ weights }: Network, flat: Real): void {
  let at = 0;
  for (const group of weights) {
    flat.set(group, at);
    at += group.length;
  }
}

/** Writes them back, in the network's precision. */
export function writeWeights(flat: Real, { weights }: Network): void {
  let at = 0;
  for (const group of weights) {
    group.set(flat.subarray(at, at + group.length));
    at += group.length;
  }
}

/** $\langle a, b \rangle$. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** `y` += `factor` `x`. */
export function addScaled(factor: number, x: Float64Array, y: Float64Array): void {
  for (let i = 0; i < y.length; i++) y[i]! += factor * x[i]!;
}
