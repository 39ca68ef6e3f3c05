import type { LinearAlgebra } from './linear-algebra.ts';

/** A linear algebra that counts the floating-point operations of its products. */
export interface CountingLinearAlgebra extends LinearAlgebra {
  /** Operations since the last call; a multiplication and an addition count as two. */
  takeOperations(): number;
}

/** Wraps a linear algebra so that its products are counted; a Gram matrix counts for its upper triangle. */
export function counting(inner: LinearAlgebra): CountingLinearAlgebra {
  let operations = 0;
  return {
    name: inner.name,
    allocate: (precision, length) => inner.allocate(precision, length),
    multiply(a, b, form, c) {
      operations += 2 * a.rows * a.cols * c.cols;
      inner.multiply(a, b, form, c);
    },
    gram(a, s) {
      operations += a.rows * a.cols * (a.cols + 1);
      inner.gram(a, s);
    },
    cross(z, a, s) {
      operations += 2 * a.rows * a.cols * z.cols;
      inner.cross(z, a, s);
    },
    factor: (s, n, tolerance) => inner.factor(s, n, tolerance),
    factorSemidefinite: (s, n, tolerance) => inner.factorSemidefinite(s, n, tolerance),
    takeOperations() {
      const taken = operations;
      operations = 0;
      return taken;
    },
  };
}
