import { ContainerModule } from 'inversify';
import { ActivationSolver, LayerKind, Observer, OutputSolver, Scheme } from 'nograd';
import { absoluteError } from './absolute-error.ts';
import { alternating } from './alternating.ts';
import { scaleKind } from './scale.ts';
import { softsign } from './softsign.ts';
import { twoSlope } from './two-slope.ts';

/** Binds the plug-ins of this folder, and an observer. */
export const plugIns = (observer: Observer): ContainerModule =>
  new ContainerModule(({ bind }) => {
    bind(ActivationSolver).toConstantValue(twoSlope);
    bind(ActivationSolver).toConstantValue(softsign);
    bind(OutputSolver).toConstantValue(absoluteError);
    bind(LayerKind).toConstantValue(scaleKind);
    bind(Scheme).toConstantValue(alternating);
    bind(Observer).toConstantValue(observer);
  });
