import type { Acceleration } from './accelerator.ts';
import type { LinearAlgebra } from './linear-algebra.ts';

/** A linear algebra that counts the floating-point operations of its products. */
export interface CountingLinearAlgebra extends LinearAlgebra {
  /** Operations since the last call; a multiplication and an addition count as two. */
  takeOperations(): number;
}

/**
 * Wraps a linear algebra for one run, so that its products are counted; a Gram matrix counts for its upper triangle.
 *
 * @param accelerations - Give the arrays, as long as one of them has room. Default: none.
 */
export function counting(inner: LinearAlgebra, accelerations: readonly Acceleration[] = []): CountingLinearAlgebra {
  let operations = 0;
  return {
    name: inner.name,
    allocate(precision, length) {
      for (const acceleration of accelerations) {
        const array = acceleration.allocate?.(precision, length);
        if (array !== undefined) return array;
      }
      return inner.allocate(precision, length);
    },
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
