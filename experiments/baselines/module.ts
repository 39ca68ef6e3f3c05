import { ContainerModule } from 'inversify';
import { Initialiser } from '../../core/initialiser.ts';
import { Scheme } from '../../core/scheme.ts';
import { adam } from './adam.ts';
import { conjugateGradients } from './conjugate-gradients.ts';
import { lbfgs } from './lbfgs.ts';
import { sgd } from './sgd.ts';
import { unitNormal } from './unit-normal.ts';

/** Binds the methods with gradients that the schemes of nograd are compared with, and start values that are hard on them. */
export const baselinesModule: ContainerModule = new ContainerModule(({ bind }) => {
  for (const scheme of [sgd, adam, conjugateGradients, lbfgs] as Scheme[]) bind(Scheme).toConstantValue(scheme);
  bind(Initialiser).toConstantValue(unitNormal);
});
