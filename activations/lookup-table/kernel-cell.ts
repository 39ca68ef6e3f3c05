import { cubicAt, type Curve } from './curve.ts';

/** Side of a cell in the plane of $(m, \sqrt\rho \, a)$, where distances are roots of costs. */
export const side = 1 / 16;

/** The grid holds $m$ up to this size. */
export const widest = 16;

/** Cells along `m`. */
export const columns = (2 * widest) / side;

/**
 * Numbers of a cell for kernels: minimiser at its centre, change of it across the cell along `m` and along `a`, nothing, and the
 * cubic of $h$ around that minimiser.
 */
export const kernelCellLength = 8;

/** Cells of a row for kernels, the last ones unused: rows as long as a power of two would share lines of the cache. */
export const kernelColumns = columns + 4;

/** Errors of that cubic and of its slope that are let pass at the sides of a cell. */
const [cubicMiss, cubicSlopeMiss] = [2 ** -18, 2 ** -12];

/** The numbers of a cell for kernels; `undefined` where the cubic is not good enough as far as the cell reaches. */
export function kernelCell(curve: Curve, z: number, right: number, up: number): readonly number[] | undefined {
  const cubic = cubicAt(curve, z);
  const reach = (Math.abs(right) + Math.abs(up)) / 2;
  for (const s of [-reach, reach]) {
    const there = cubicAt(curve, z + s);
    const value = cubic[0] + s * (cubic[1] + s * (cubic[2] + s * cubic[3]));
    const slope = cubic[1] + s * (2 * cubic[2] + 3 * s * cubic[3]);
    const fits = Math.abs(value - there[0]) <= cubicMiss * (1 + Math.abs(value));
    if (!fits || !(Math.abs(slope - there[1]) <= cubicSlopeMiss)) return undefined;
  }
  return [z, right, up, 0, ...cubic];
}
