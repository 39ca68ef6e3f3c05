import { ContainerModule } from 'inversify';
import { LinearAlgebraBackend } from '../../core/linear-algebra.ts';
import { wasmBackend, type SmallFactorisations } from './wasm.ts';

/** Binds the WebAssembly kernels; the rank-revealing factorisation comes from the linear algebra given. */
export const wasmModule = (small: SmallFactorisations): ContainerModule =>
  new ContainerModule(({ bind }) => {
    bind(LinearAlgebraBackend).toConstantValue(wasmBackend(small));
  });
