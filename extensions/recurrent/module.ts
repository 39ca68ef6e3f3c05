import { ContainerModule } from 'inversify';
import { LayerKind } from '../../core/layer-kind.ts';
import { bidirectionalKind } from './bidirectional-kind.ts';
import { perStepKind } from './per-step-kind.ts';
import { recurrentKind } from './recurrent-kind.ts';

/** Binds the layer kinds that read sequences step by step. */
export const recurrentModule: ContainerModule = new ContainerModule(({ bind }) => {
  bind(LayerKind).toConstantValue(recurrentKind);
  bind(LayerKind).toConstantValue(bidirectionalKind);
  bind(LayerKind).toConstantValue(perStepKind);
});
