import * as fc from 'fast-check';
import { block, type Block } from '../../core/block.ts';
import type { LinearAlgebra } from '../../core/linear-algebra.ts';
import { distance, entry, largest, normalBlock, normals, sumOf } from './blocks.ts';
import { law, mustBeAtMost, mustBeSame, type Law } from './law.ts';

const seeds = fc.integer({ min: 0, max: 1e6 });

/** Upper triangle of $A^T A$ in f64, with NaN below it; A is rows x n. */
function gramOf({ rows, cols: n, data }: Block): Float64Array {
  const s = new Float64Array(n * n).fill(NaN);
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) s[i * n + j] = sumOf(rows, (x) => data[x * n + i]! * data[x * n + j]!).value;
  }
  return s;
}

/** $S x$ for every row x of `rows`, from the upper triangle of S. */
function timesSymmetric(s: Float64Array, n: number, rows: Float64Array): Float64Array {
  const at = (i: number, j: number): number => s[Math.min(i, j) * n + Math.max(i, j)]!;
  return rows.map((_, at0) => sumOf(n, (j) => at(at0 % n, j) * rows[at0 - (at0 % n) + j]!).value);
}

const definite = fc.record({ seed: seeds, n: fc.integer({ min: 1, max: 24 }), rows: fc.integer({ min: 0, max: 9 }) });

/** A positive definite matrix of moderate condition. */
const definiteMatrix = (seed: number, n: number): Float64Array => gramOf(normalBlock(seed, 3 * n + 5, n, 'float64'));

/** Laws of `factor`, as values. */
export function choleskyLaws(la: LinearAlgebra): Law[] {
  const oneOf = fc.record({ seed: seeds, n: fc.integer({ min: 1, max: 12 }), at: fc.nat() });
  return [
    law('factor solves every row and leaves the matrix alone', definite, ({ seed, n, rows }) => {
      const s = definiteMatrix(seed, n);
      const kept = s.slice();
      const x = normals(`${seed}x`, rows * n);
      const b = timesSymmetric(s, n, x);
      const factor = la.factor(s, n, 1e-12);
      if (factor === undefined) throw new Error('A positive definite matrix was not factored.');
      factor.solve(b);
      mustBeSame('s', s, kept);
      mustBeSame('rank', [factor.rank], [n]);
      mustBeAtMost('error of the solution', distance(b, x), 1e-10 * (1 + largest(x)));
    }),
    law('factor solves again and again', definite, ({ seed, n, rows }) => {
      const factor = la.factor(definiteMatrix(seed, n), n, 0)!;
      const [first, again] = [normals(seed, rows * n), normals(seed, rows * n)];
      factor.solve(first);
      factor.solve(again);
      mustBeSame('solution', again, first);
    }),
    law('factor refuses a matrix that is not positive definite', oneOf, ({ seed, n, at }) => {
      const s = definiteMatrix(seed, n);
      s[(at % n) * (n + 1)]! *= -1;
      if (la.factor(s, n, 0) !== undefined) throw new Error('An indefinite matrix was factored.');
      s[(at % n) * (n + 1)] = 0;
      if (la.factor(s, n, 0) !== undefined) throw new Error('A matrix with a zero on its diagonal was factored.');
    }),
    law('factor refuses a matrix that is not finite', oneOf, ({ seed, n, at }) => {
      for (const value of [NaN, Infinity, -Infinity]) {
        const s = definiteMatrix(seed, n);
        s[(at % n) * n + (n - 1)] = value;
        if (la.factor(s, n, 1e-12) !== undefined) throw new Error(`A matrix with an entry ${value} was factored.`);
      }
    }),
    law(
      'factor holds each pivot to the tolerance',
      fc.tuple(fc.integer({ min: 1, max: 9 }), seeds),
      ([digits, seed]) => {
        // The second pivot is this part of its diagonal entry, whatever the scale of the two features.
        const part = 10 ** -digits;
        const [p, q] = [2 ** (seed % 40), 2 ** (seed % 7)];
        const s = Float64Array.of(p * p, p * q * Math.sqrt(1 - part), NaN, q * q);
        mustBeSame('rank below', [la.factor(s, 2, part / 2)?.rank ?? 0], [2]);
        if (la.factor(s, 2, part * 2) !== undefined)
          throw new Error(`A pivot of ${part} passed a tolerance of twice it.`);
      },
    ),
  ];
}

/** Laws of `factorSemidefinite`, as values. */
export function semidefiniteLaws(la: LinearAlgebra): Law[] {
  const given = fc.record({ seed: seeds, n: fc.integer({ min: 1, max: 12 }), rows: fc.integer({ min: 0, max: 6 }) });
  return [
    law('factorSemidefinite solves a matrix of full rank', given, ({ seed, n, rows }) => {
      const s = definiteMatrix(seed, n);
      const kept = s.slice();
      const x = normals(`${seed}x`, rows * n);
      const b = timesSymmetric(s, n, x);
      const factor = la.factorSemidefinite(s, n, 1e-12);
      factor.solve(b);
      mustBeSame('s', s, kept);
      mustBeSame('rank', [factor.rank], [n]);
      mustBeAtMost('error of the solution', distance(b, x), 1e-9 * (1 + largest(x)));
    }),
    law('factorSemidefinite finds the rank, and the solution of least norm', given, ({ seed, n, rows }) => {
      // Every feature twice: (u, u) is what can be told apart, (v, -v) what cannot.
      const half = normalBlock(seed, 3 * n + 5, n, 'float64');
      const data = new Float64Array(2 * half.data.length);
      for (let row = 0; row < half.rows; row++) {
        for (let i = 0; i < 2 * n; i++) data[row * 2 * n + i] = entry(half, row, i % n);
      }
      const s = gramOf(block(half.rows, 2 * n, data));
      const u = normals(`${seed}u`, rows * n);
      const x = Float64Array.from({ length: 2 * u.length }, (_, i) => u[Math.floor(i / (2 * n)) * n + (i % n)]!);
      const b = timesSymmetric(s, 2 * n, x).map((value, i) => value + (i % (2 * n) < n ? 1 : -1) * (1 + (i % n)));
      const factor = la.factorSemidefinite(s, 2 * n, 1e-10);
      factor.solve(b);
      mustBeSame('rank', [factor.rank], [n]);
      mustBeAtMost('error of the solution', distance(b, x), 1e-8 * (1 + largest(x)));
    }),
    law('factorSemidefinite solves the zero matrix by zero', given, ({ seed, n, rows }) => {
      const factor = la.factorSemidefinite(new Float64Array(n * n), n, 1e-10);
      const b = normals(seed, rows * n);
      factor.solve(b);
      mustBeSame('rank and solution', [factor.rank, ...b], [0, ...b.map(() => 0)]);
    }),
    law('factorSemidefinite answers a matrix that is not finite by rank 0 and NaN', given, ({ seed, n }) => {
      for (const value of [NaN, Infinity, -Infinity]) {
        const s = definiteMatrix(seed, n);
        s[n - 1] = value;
        const factor = la.factorSemidefinite(s, n, 1e-10);
        const b = normals(seed, n);
        factor.solve(b);
        mustBeSame('rank and solution', [factor.rank, ...b], [0, ...b.map(() => NaN)]);
      }
    }),
  ];
}
