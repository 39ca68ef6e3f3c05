import type { LinearAlgebra, LinearAlgebraBackend } from '../../core/linear-algebra.ts';
import { mlMatrix, mlMatrixBackend, typedArraysBackend } from '../../extensions/ml-matrix/index.ts';
import { openBlas } from '../../extensions/openblas/index.ts';
import { wasmBackend } from '../../extensions/wasm/index.ts';

/** All backends, the fastest first. */
const backends: readonly LinearAlgebraBackend[] = [
  openBlas,
  wasmBackend(mlMatrix),
  typedArraysBackend,
  mlMatrixBackend,
];

/**
 * The linear algebras that this machine has, the fastest first. A BLAS is loaded here, before any worker does it, so that
 * it runs on one thread in each.
 */
export const availableLinearAlgebras = (): LinearAlgebra[] =>
  backends.map((backend) => backend.load()).filter((loaded) => typeof loaded !== 'string');

/** Names of those that are fit for all samples: the others would take minutes a sweep. */
export const productLinearAlgebras = (): string[] =>
  availableLinearAlgebras()
    .map(({ name }) => name)
    .filter((name) => name === 'openblas' || name === 'wasm');
