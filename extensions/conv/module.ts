import { ContainerModule } from 'inversify';
import { LayerKind } from '../../core/layer-kind.ts';
import { conv1dKind } from './conv1d-kind.ts';
import { conv2dKind } from './conv2d-kind.ts';
import { flattenKind } from './flatten-kind.ts';
import { averagePoolKind, maxPoolKind } from './pool-kinds.ts';

/** Binds the layer kinds of convolutional networks. */
export const convModule: ContainerModule = new ContainerModule(({ bind }) => {
  bind(LayerKind).toConstantValue(conv1dKind);
  bind(LayerKind).toConstantValue(conv2dKind);
  bind(LayerKind).toConstantValue(maxPoolKind);
  bind(LayerKind).toConstantValue(averagePoolKind);
  bind(LayerKind).toConstantValue(flattenKind);
});
