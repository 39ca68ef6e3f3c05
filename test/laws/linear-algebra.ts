import * as fc from 'fast-check';
import { block, epsilonOf, zeros, type Block, type Precision } from '../../core/block.ts';
import type { LinearAlgebra, ProductForm } from '../../core/linear-algebra.ts';
import { distance, largest, normalBlock, normals, precisions, unwritten } from './blocks.ts';
import { law, mustBeAtMost, mustBeSame, registerLaws, type Law } from './law.ts';

const seeds = fc.integer({ min: 0, max: 1e6 });

/** Small sizes around those of register tiles, and now and then one that no chunk holds. */
const extent = fc.oneof({ weight: 19, arbitrary: fc.integer({ min: 1, max: 13 }) }, fc.integer({ min: 14, max: 40 }));
const samples = fc.oneof(
  { weight: 19, arbitrary: fc.integer({ min: 0, max: 13 }) },
  fc.integer({ min: 250, max: 600 }),
);

const entry = ({ data, cols }: Block, row: number, col: number): number => data[row * cols + col]!;

/** A sum of products in f64, and the sum of their absolute values, which its rounding errors are proportional to. */
interface Sum {
  readonly value: number;
  readonly scale: number;
}

function sumOf(length: number, term: (index: number) => number, start = 0): Sum {
  let [value, scale] = [start, Math.abs(start)];
  for (let i = 0; i < length; i++) {
    value += term(i);
    scale += Math.abs(term(i));
  }
  return { value, scale };
}

function mustBeClose(what: string, found: number, { value, scale }: Sum, terms: number, precision: Precision): void {
  const limit = (terms + 4) * epsilonOf(precision) * scale;
  mustBeAtMost(`${what}: |${found} - ${value}|`, Math.abs(found - value), limit);
}

const products = fc.record({
  seed: seeds,
  rows: samples,
  depth: extent,
  cols: extent,
  transpose: fc.boolean(),
  keep: fc.constantFrom<(0 | 1)[]>(0, 1),
});

/** The operands of a product; a result that is not to be read holds NaN. */
function operands(problem: ProductForm & { seed: number; rows: number; depth: number; cols: number }, as: Precision) {
  const { seed, rows, depth, cols, transpose, keep } = problem;
  return {
    a: normalBlock(`${seed}a`, rows, depth, as),
    b: transpose ? normalBlock(`${seed}b`, cols, depth, as) : normalBlock(`${seed}b`, depth, cols, as),
    c: keep === 1 ? normalBlock(`${seed}c`, rows, cols, as) : unwritten(rows, cols, as),
  };
}

function productLaws(la: LinearAlgebra, precision: Precision): Law[] {
  return [
    law(`multiply is a sum of products in ${precision}`, products, (problem) => {
      const { a, b, c } = operands(problem, precision);
      const { a: a0, b: b0, c: before } = operands(problem, precision);
      la.multiply(a, b, problem, c);
      mustBeSame('a', a.data, a0.data);
      mustBeSame('b', b.data, b0.data);
      for (let row = 0; row < c.rows; row++) {
        for (let col = 0; col < c.cols; col++) {
          const right = (x: number): number => (problem.transpose ? entry(b, col, x) : entry(b, x, col));
          const start = problem.keep === 1 ? entry(before, row, col) : 0;
          const sum = sumOf(a.cols, (x) => entry(a, row, x) * right(x), start);
          mustBeClose(`c[${row}][${col}]`, entry(c, row, col), sum, a.cols, precision);
        }
      }
    }),
    law(`the same product has the same bits after others in ${precision}`, fc.tuple(products, products), (given) => {
      const [first, other, again] = [given[0], given[1], given[0]].map((problem) => {
        const { a, b, c } = operands(problem, precision);
        la.multiply(a, b, problem, c);
        return c.data;
      });
      mustBeAtMost('entries left unwritten', other!.filter(Number.isNaN).length, 0);
      mustBeSame('c', again!, first!);
    }),
  ];
}

function sumLaws(la: LinearAlgebra, precision: Precision): Law[] {
  const given = fc.record({ seed: seeds, rows: samples, p: extent, d: extent });
  return [
    law(`gram adds to the upper triangle alone in ${precision}`, given, ({ seed, rows, d }) => {
      const a = normalBlock(`${seed}a`, rows, d, precision);
      const before = normals(`${seed}s`, d * d);
      const s = before.slice();
      la.gram(a, s);
      for (let i = 0; i < d; i++) {
        mustBeSame(`below the diagonal, row ${i}`, s.subarray(i * d, i * d + i), before.subarray(i * d, i * d + i));
        for (let j = i; j < d; j++) {
          const sum = sumOf(rows, (x) => entry(a, x, i) * entry(a, x, j), before[i * d + j]);
          mustBeClose(`s[${i}][${j}]`, s[i * d + j]!, sum, rows, precision);
        }
      }
    }),
    law(`cross adds the products of all pairs of columns in ${precision}`, given, ({ seed, rows, p, d }) => {
      const [z, a] = [normalBlock(`${seed}z`, rows, p, precision), normalBlock(`${seed}a`, rows, d, precision)];
      const before = normals(`${seed}s`, p * d);
      const s = before.slice();
      la.cross(z, a, s);
      for (let i = 0; i < p; i++) {
        for (let j = 0; j < d; j++) {
          const sum = sumOf(rows, (x) => entry(z, x, i) * entry(a, x, j), before[i * d + j]);
          mustBeClose(`s[${i}][${j}]`, s[i * d + j]!, sum, rows, precision);
        }
      }
    }),
    law(`small shares do not vanish in large f64 sums in ${precision}`, fc.constant(2 ** 40), (large) => {
      const one = block(1, 1, zeros(precision, 1).fill(1));
      const [gram, cross] = [Float64Array.of(large), Float64Array.of(large)];
      la.gram(one, gram);
      la.cross(one, one, cross);
      mustBeSame('sums', [gram[0]!, cross[0]!], [large + 1, large + 1]);
    }),
  ];
}

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

function choleskyLaws(la: LinearAlgebra): Law[] {
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

function semidefiniteLaws(la: LinearAlgebra): Law[] {
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

function shapeLaws(la: LinearAlgebra): Law[] {
  const given = fc.record({ precision: fc.constantFrom(...precisions), n: fc.integer({ min: 1, max: 9 }) });
  return [
    law('allocate gives zeros of that precision and length', given, ({ precision, n }) => {
      const data = la.allocate(precision, n);
      mustBeSame('numbers', data, zeros(precision, n));
      mustBeSame('length and bytes', [data.length, data.BYTES_PER_ELEMENT], [n, precision === 'float32' ? 4 : 8]);
    }),
    law('shapes that do not fit are refused', given, ({ precision, n }) => {
      const make = (rows: number, cols: number): Block => block(rows, cols, zeros(precision, rows * cols));
      const wrong: Record<string, () => void> = {
        'inner sizes': () => la.multiply(make(n, n), make(n + 1, n), { transpose: false, keep: 0 }, make(n, n)),
        'inner sizes, transposed': () =>
          la.multiply(make(2, n), make(n, n + 1), { transpose: true, keep: 0 }, make(2, n)),
        'rows of c': () => la.multiply(make(n, n), make(n, n), { transpose: false, keep: 0 }, make(n + 1, n)),
        'sums of gram': () => la.gram(make(2, n), new Float64Array(n * n + 1)),
        'sums of cross': () => la.cross(make(2, n), make(2, n), new Float64Array(n * n - 1)),
        'samples of cross': () => la.cross(make(2, n), make(3, n), new Float64Array(n * n)),
        'size of a matrix': () => la.factor(new Float64Array(n * n + 1), n, 0),
        'length of the numbers': () =>
          la.gram({ rows: 2, cols: n, data: zeros(precision, n) }, new Float64Array(n * n)),
      };
      for (const [what, call] of Object.entries(wrong)) {
        let refused = false;
        try {
          call();
        } catch {
          refused = true;
        }
        if (!refused) throw new Error(`Wrong ${what} were not refused.`);
      }
    }),
  ];
}

/** The laws of one linear algebra, as values. */
export function linearAlgebraLawsFor(la: LinearAlgebra): readonly Law[] {
  return [
    ...precisions.flatMap((precision) => [...productLaws(la, precision), ...sumLaws(la, precision)]),
    ...choleskyLaws(la),
    ...semidefiniteLaws(la),
    ...shapeLaws(la),
  ];
}

/**
 * Registers the laws of {@link LinearAlgebra} as tests: every product agrees with a plain f64 sum to the rounding errors of
 * its precision, over sizes from 1 (and no samples) to several chunks; what must not be read may hold NaN, what must not be
 * written keeps its bits; factors solve, and refuse what is indefinite or not finite; shapes that do not fit throw.
 *
 * @example
 * ```ts
 * describe('my linear algebra', () => linearAlgebraLaws(mine));
 * ```
 */
export function linearAlgebraLaws(la: LinearAlgebra): void {
  registerLaws(linearAlgebraLawsFor(la));
}
