import { type Block, type Real, zeros } from '../../core/block.ts';
import type { LinearAlgebra } from '../../core/linear-algebra.ts';
import { mustBeSquare, mustCross, mustGram, mustMultiply } from '../../core/linear-algebra/shapes.ts';
import { matrixOf } from './copies.ts';
import { cholesky, pseudoInverse } from './factors.ts';

/** `to[i]` = (`keep` ? `to[i]` : 0) + the i-th number of a matrix. */
function store(rows: readonly ArrayLike<number>[], keep: 0 | 1, to: Real): void {
  let at = 0;
  for (const row of rows) {
    for (let col = 0; col < row.length; col++, at++) to[at] = keep === 0 ? row[col]! : to[at]! + row[col]!;
  }
}

/** $z^T a$ as rows. */
const crossRows = (z: Block, a: Block): number[][] => matrixOf(z).transpose().mmul(matrixOf(a)).to2DArray();

/**
 * The reference: every product and factorisation is that of ml-matrix, with blocks copied in and results copied out. All
 * arithmetic is f64. Slow and plain, and what the other backends are held to.
 */
export const mlMatrix: LinearAlgebra = {
  name: 'ml-matrix',
  allocate: zeros,
  multiply(a, b, form, c) {
    mustMultiply(a, b, form, c);
    const right = form.transpose ? matrixOf(b).transpose() : matrixOf(b);
    store(matrixOf(a).mmul(right).to2DArray(), form.keep, c.data);
  },
  gram(a, s) {
    mustGram(a, s);
    crossRows(a, a).forEach((row, i) => {
      for (let j = i; j < row.length; j++) s[i * a.cols + j]! += row[j]!;
    });
  },
  cross(z, a, s) {
    mustCross(z, a, s);
    store(crossRows(z, a), 1, s);
  },
  factor(s, n, tolerance) {
    mustBeSquare(s, n);
    return cholesky(s, n, tolerance);
  },
  factorSemidefinite(s, n, tolerance) {
    mustBeSquare(s, n);
    return pseudoInverse(s, n, tolerance);
  },
};
