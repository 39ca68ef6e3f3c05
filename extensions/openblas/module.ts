import { ContainerModule } from 'inversify';
import { LinearAlgebraBackend } from '../../core/linear-algebra.ts';
import { blasKernels } from './kernels.ts';
import { findBlas, type Blas, type BlasDescription } from './library.ts';
import { loadKoffi } from '../native/koffi.ts';

/** nograd's workers are the threads: a BLAS that started its own would compete with them. */
const threadVariables = [
  'OPENBLAS_NUM_THREADS',
  'MKL_NUM_THREADS',
  'BLIS_NUM_THREADS',
  'OMP_NUM_THREADS',
  'VECLIB_MAXIMUM_THREADS',
];

let found: Blas | string | undefined;

/** Looks once per thread. A library reads its environment while it is opened, so that is set first. */
function blasOfThisMachine(): Blas | string {
  if (found !== undefined) return found;
  for (const name of threadVariables) process.env[name] = '1';
  found = findBlas({
    koffi: loadKoffi(),
    platform: process.platform,
    path: process.env['NOGRAD_BLAS'] === '' ? undefined : process.env['NOGRAD_BLAS'],
  });
  return found;
}

/** Which BLAS this machine has, or one line that says what was tried and how to get one. Never throws. */
export function describeBlas(): BlasDescription | string {
  const blas = blasOfThisMachine();
  return typeof blas === 'string' ? blas : blas.description;
}

/**
 * The BLAS of this machine (OpenBLAS, MKL, BLIS or Accelerate) through the optional package koffi: the first that `auto`
 * takes. Blocks of one call must be of one precision.
 *
 * With worker threads, call `load` in the main thread before the first worker starts: what a worker writes to
 * `process.env` never reaches the library, which would then start a thread per core.
 */
export const openBlas: LinearAlgebraBackend = {
  name: 'openblas',
  preference: 100,
  load() {
    const blas = blasOfThisMachine();
    return typeof blas === 'string' ? blas : blasKernels(blas);
  },
};

/** Binds the linear algebra `openblas`. */
export const openBlasModule: ContainerModule = new ContainerModule(({ bind }) => {
  bind(LinearAlgebraBackend).toConstantValue(openBlas);
});
