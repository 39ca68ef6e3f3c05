import { ContainerModule } from 'inversify';
import { Accelerator } from '../../core/accelerator.ts';
import { LinearAlgebraBackend } from '../../core/linear-algebra.ts';
import { wasmAccelerator } from './accelerator.ts';
import { wasmBackend, type SmallFactorisations } from './wasm.ts';

/** Binds the WebAssembly kernels, of products, activations and losses; the rank-revealing factorisation comes from `small`. */
export const wasmModule = (small: SmallFactorisations): ContainerModule =>
  new ContainerModule(({ bind }) => {
    bind(LinearAlgebraBackend).toConstantValue(wasmBackend(small));
    bind(Accelerator).toConstantValue(wasmAccelerator());
  });
