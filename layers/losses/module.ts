import { ContainerModule } from 'inversify';
import { OutputSolver } from '../../core/output-solver.ts';
import { hinge } from './hinge.ts';
import { squared } from './squared.ts';

/** Binds the losses that come with nograd. */
export const lossesModule = new ContainerModule(({ bind }) => {
  bind(OutputSolver).toConstantValue(hinge);
  bind(OutputSolver).toConstantValue(squared);
});
