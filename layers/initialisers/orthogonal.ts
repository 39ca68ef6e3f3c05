import type { Initialiser } from '../../core/initialiser.ts';
import type { Random } from '../../core/random.ts';

/** Takes from one row its components along the rows before it, which are orthonormal. */
function project(rows: Float64Array, row: number, length: number): void {
  const at = row * length;
  for (let other = 0; other < at; other += length) {
    let along = 0;
    for (let i = 0; i < length; i++) along += rows[at + i]! * rows[other + i]!;
    for (let i = 0; i < length; i++) rows[at + i]! -= along * rows[other + i]!;
  }
}

/** Normal rows made orthonormal by Gram-Schmidt; projecting twice makes them so to rounding errors. */
function orthonormalRows(count: number, length: number, random: Random): Float64Array {
  const rows = Float64Array.from({ length: count * length }, () => random.normal());
  for (let row = 0; row < count; row++) {
    project(rows, row, length);
    project(rows, row, length);
    const values = rows.subarray(row * length, (row + 1) * length);
    const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
    for (let i = 0; i < length; i++) values[i]! /= norm;
  }
  return rows;
}

/**
 * A random orthogonal matrix: orthonormal rows, or orthonormal columns where there are more outputs than inputs. It keeps
 * the length of what it reads, however often it is applied, as recurrent and deep nets do (Saxe et al. 2014).
 */
export const orthogonal: Initialiser = {
  name: 'orthogonal',
  fill(outputs, inputs, random, w) {
    const count = Math.min(outputs, inputs);
    const length = Math.max(outputs, inputs);
    const rows = orthonormalRows(count, length, random);
    for (let output = 0; output < outputs; output++) {
      for (let input = 0; input < inputs; input++) {
        w[output * inputs + input] =
          outputs <= inputs ? rows[output * length + input]! : rows[input * length + output]!;
      }
    }
  },
};
