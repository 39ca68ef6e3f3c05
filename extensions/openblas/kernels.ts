import { zeros } from '../../core/block.ts';
import type { LinearAlgebra } from '../../core/linear-algebra.ts';
import { cholesky, pseudoInverse } from './factors.ts';
import type { Blas } from './library.ts';
import { Products } from './products.ts';

/** Dense kernels by a native BLAS and LAPACK, on one thread, with scratch memory of their own. */
export function blasKernels(blas: Blas): LinearAlgebra {
  const products = new Products(blas);
  return {
    name: 'openblas',
    allocate: zeros,
    multiply: (a, b, form, c) => products.multiply(a, b, form, c),
    gram: (a, s) => products.gram(a, s),
    cross: (z, a, s) => products.cross(z, a, s),
    factor: (s, n, tolerance) => cholesky(s, n, tolerance, blas),
    factorSemidefinite: (s, n, tolerance) => pseudoInverse(s, n, tolerance, blas),
  };
}
