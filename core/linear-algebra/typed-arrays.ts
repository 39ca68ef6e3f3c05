import { zeros } from '../block.ts';
import type { LinearAlgebra } from '../linear-algebra.ts';
import { cholesky } from './cholesky.ts';
import { cross } from './cross.ts';
import { gram } from './gram.ts';
import { multiply } from './multiply.ts';
import { mustBeSquare, mustCross, mustGram, mustMultiply } from './shapes.ts';
import { Workspace } from './workspace.ts';

/**
 * Dense kernels in plain JavaScript on typed arrays, for every machine and browser: operands are packed into panels of
 * f64 and multiplied in register tiles (see `panels.ts`); all sums are formed in f64, of f32 blocks too. The kernels
 * share scratch memory that grows to the largest product and is then reused, so a call allocates nothing.
 *
 * @param small - Takes over the rank-revealing factorisation, e.g. ml-matrix.
 */
export function typedArrays(small: Pick<LinearAlgebra, 'factorSemidefinite'>): LinearAlgebra {
  const workspace = new Workspace();
  return {
    name: 'typed-arrays',
    allocate: zeros,
    multiply(a, b, form, c) {
      mustMultiply(a, b, form, c);
      multiply(a, b, form, workspace, c);
    },
    gram(a, s) {
      mustGram(a, s);
      gram(a, workspace, s);
    },
    cross(z, a, s) {
      mustCross(z, a, s);
      cross(z, a, workspace, s);
    },
    factor(s, n, tolerance) {
      mustBeSquare(s, n);
      return cholesky(s, n, tolerance);
    },
    factorSemidefinite: (s, n, tolerance) => small.factorSemidefinite(s, n, tolerance),
  };
}
