import { zeros } from '../../core/block.ts';
import type { LinearAlgebra, LinearAlgebraBackend } from '../../core/linear-algebra.ts';
import { cholesky } from '../../core/linear-algebra/cholesky.ts';
import { mustBeSquare, mustCross, mustGram, mustMultiply } from '../../core/linear-algebra/shapes.ts';
import { cross } from './cross.ts';
import { gram } from './gram.ts';
import { bestBuild, instantiate, type Build } from './load.ts';
import { multiply } from './multiply.ts';
import { Scratch } from './scratch.ts';

/** What the kernels leave to another linear algebra. */
export type SmallFactorisations = Pick<LinearAlgebra, 'factorSemidefinite'>;

/**
 * Dense products in WebAssembly SIMD: operands of any origin are copied into the memory of the kernels, packed, and
 * multiplied in register tiles, in f32 where the result of `multiply` or all blocks of `gram` and `cross` are f32, else in
 * f64. Sums of up to 512 samples are formed in the precision of the blocks and added to the statistics in f64. Scratch
 * memory grows to the largest product and is then reused. Factorisations are those of core.
 *
 * @param build - Of the kernels; throws a `WebAssembly.CompileError` where the runtime does not take it.
 * @param small - Takes over the rank-revealing factorisation, e.g. ml-matrix.
 */
export function wasm(build: Build, small: SmallFactorisations): LinearAlgebra {
  const kernels = instantiate(build);
  const scratch = new Scratch(kernels.memory);
  return {
    name: 'wasm',
    allocate: zeros,
    multiply(a, b, form, c) {
      mustMultiply(a, b, form, c);
      multiply(a, b, form, kernels, scratch, c);
    },
    gram(a, s) {
      mustGram(a, s);
      gram(a, kernels, scratch, s);
    },
    cross(z, a, s) {
      mustCross(z, a, s);
      cross(z, a, kernels, scratch, s);
    },
    factor(s, n, tolerance) {
      mustBeSquare(s, n);
      return cholesky(s, n, tolerance);
    },
    factorSemidefinite: (s, n, tolerance) => small.factorSemidefinite(s, n, tolerance),
  };
}

/**
 * WebAssembly kernels in the fastest build that the runtime takes: there wherever it has SIMD. All that load it from one
 * backend share one instance.
 *
 * @param small - Takes over the rank-revealing factorisation, e.g. ml-matrix.
 */
export function wasmBackend(small: SmallFactorisations): LinearAlgebraBackend {
  let loaded: LinearAlgebra | undefined;
  return {
    name: 'wasm',
    preference: 50,
    load() {
      const build = bestBuild();
      if (build === undefined)
        return 'This runtime has no WebAssembly SIMD: use Node 20 or a browser of 2023, or later ones.';
      return (loaded ??= wasm(build, small));
    },
  };
}
