import { ContainerModule } from 'inversify';
import { LinearAlgebraBackend } from '../../core/linear-algebra.ts';
import { typedArrays } from '../../core/linear-algebra/typed-arrays.ts';
import { mlMatrix } from './ml-matrix.ts';

/** Everything by ml-matrix: there on every machine, and the last that `auto` takes. */
export const mlMatrixBackend: LinearAlgebraBackend = { name: mlMatrix.name, preference: 0, load: () => mlMatrix };

/** Plain typed-array kernels, with the rank-revealing factorisation of ml-matrix: there on every machine. */
export const typedArraysBackend: LinearAlgebraBackend = {
  name: 'typed-arrays',
  preference: 10,
  load: () => typedArrays(mlMatrix),
};

/** Binds the two linear algebras that need nothing but JavaScript. */
export const mlMatrixModule: ContainerModule = new ContainerModule(({ bind }) => {
  bind(LinearAlgebraBackend).toConstantValue(mlMatrixBackend);
  bind(LinearAlgebraBackend).toConstantValue(typedArraysBackend);
});
