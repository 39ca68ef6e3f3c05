import * as fc from 'fast-check';
import { block, epsilonOf, zeros, type Block, type Precision } from '../../core/block.ts';
import type { LinearAlgebra, ProductForm } from '../../core/linear-algebra.ts';
import { entry, normalBlock, normals, precisions, sumOf, unwritten, type Sum } from './blocks.ts';
import { choleskyLaws, semidefiniteLaws } from './factors.ts';
import { law, mustBeAtMost, mustBeSame, registerLaws, type Law } from './law.ts';

const seeds = fc.integer({ min: 0, max: 1e6 });

/** Small sizes around those of register tiles, and now and then one that no chunk holds. */
const extent = fc.oneof({ weight: 19, arbitrary: fc.integer({ min: 1, max: 13 }) }, fc.integer({ min: 14, max: 40 }));
const samples = fc.oneof(
  { weight: 19, arbitrary: fc.integer({ min: 0, max: 13 }) },
  fc.integer({ min: 250, max: 600 }),
);

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
