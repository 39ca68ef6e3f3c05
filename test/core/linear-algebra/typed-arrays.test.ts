import { describe, expect, it } from 'vitest';
import { block, type Block } from '../../../core/block.ts';
import type { LinearAlgebra } from '../../../core/linear-algebra.ts';
import { typedArrays } from '../../../core/linear-algebra/index.ts';
import { mlMatrix } from '../../../extensions/ml-matrix/index.ts';
import { brokenLaws } from '../../laws/law.ts';
import { linearAlgebraLaws, linearAlgebraLawsFor } from '../../laws/linear-algebra.ts';

const plain = typedArrays(mlMatrix);

describe('linear algebra typed-arrays', () => {
  linearAlgebraLaws(plain);

  it('takes over the rank-revealing factorisation that it was given', () => {
    const own = { rank: 3, solve: () => undefined };
    expect(typedArrays({ factorSemidefinite: () => own }).factorSemidefinite(new Float64Array(9), 3, 0)).toBe(own);
  });

  it('multiplies blocks of mixed precision', () => {
    const c = block(1, 2, new Float64Array(2));
    plain.multiply(
      block(1, 1, Float32Array.of(3)),
      block(2, 1, Float64Array.of(0.1, 2)),
      { transpose: true, keep: 0 },
      c,
    );
    expect([...c.data]).toEqual([3 * 0.1, 6]);
  });

  it('tells the shapes that do not fit', () => {
    const zero = (rows: number, cols: number): Block => block(rows, cols, new Float32Array(rows * cols));
    expect(() => plain.multiply(zero(2, 3), zero(4, 5), { transpose: true, keep: 0 }, zero(2, 4))).toThrow(
      'Cannot multiply 2 x 3 by transposed 4 x 5 into 2 x 4.',
    );
    expect(() => plain.cross(zero(2, 3), zero(4, 3), new Float64Array(9))).toThrow('Cross sums of 2 samples with 4.');
    expect(() => plain.gram(zero(2, 3), new Float64Array(6))).toThrow('The sums of 3 x 3 need 9 numbers, got 6.');
  });

  it('refuses to write a product over its own factor', () => {
    const square = block(2, 2, new Float32Array(4));
    expect(() => plain.multiply(square, square, { transpose: false, keep: 0 }, square)).toThrow('its own factor');
  });
});

const square = (b: Block): Block => ({ ...b, rows: b.cols, cols: b.rows });
const zeroed = (s: Float64Array): Float64Array => s.fill(0);
const rounded = (s: Float64Array): void => s.set(Float32Array.from(s));

/** Kernels of which one is wrong, and the law that says so. */
const broken: [what: string, law: string, change: Partial<LinearAlgebra>][] = [
  [
    'forgets to transpose',
    'multiply is a sum of products in float64',
    { multiply: (a, b, form, c) => plain.multiply(a, square(b), { ...form, transpose: false }, c) },
  ],
  [
    'reads a result that it must not keep',
    'multiply is a sum of products in float32',
    { multiply: (a, b, form, c) => plain.multiply(a, b, { ...form, keep: 1 }, c) },
  ],
  [
    'drops a result that it must keep',
    'multiply is a sum of products in float64',
    { multiply: (a, b, form, c) => plain.multiply(a, b, { ...form, keep: 0 }, c) },
  ],
  [
    'overwrites its sums',
    'gram adds to the upper triangle alone in float64',
    { gram: (a, s) => plain.gram(a, zeroed(s)) },
  ],
  [
    'fills the lower triangle',
    'gram adds to the upper triangle alone in float32',
    { gram: (a, s) => plain.cross(a, a, s) },
  ],
  [
    'adds up in f32',
    'small shares do not vanish in large f64 sums in float32',
    {
      cross(z, a, s) {
        plain.cross(z, a, s);
        rounded(s);
      },
    },
  ],
  ['passes any pivot', 'factor holds each pivot to the tolerance', { factor: (s, n) => plain.factor(s, n, 0) }],
  [
    'cuts nothing off',
    'factorSemidefinite finds the rank, and the solution of least norm',
    { factorSemidefinite: (s, n) => plain.factorSemidefinite(s, n, 0) },
  ],
];

describe('the laws of linear algebra', () => {
  it.each(broken)('catch one that %s', (_, title, change) => {
    const laws = linearAlgebraLawsFor({ ...plain, ...change }).filter((law) => law.title === title);
    expect(brokenLaws(laws)).toEqual([title]);
  });
});
