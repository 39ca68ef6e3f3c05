import { ContainerModule } from 'inversify';
import { Initialiser } from '../core/initialiser.ts';
import { LayerKind } from '../core/layer-kind.ts';
import { OutputSolver } from '../core/output-solver.ts';
import { addKind } from './add-kind.ts';
import { denseKind } from './dense-kind.ts';
import { gaussian, glorot, he, orthogonal } from './initialisers/index.ts';
import { hinge, squared } from './losses/index.ts';

/** Binds the layer kinds, initialisers and losses that come with nograd. */
export const layersModule: ContainerModule = new ContainerModule(({ bind }) => {
  bind(LayerKind).toConstantValue(denseKind);
  bind(LayerKind).toConstantValue(addKind);
  bind(Initialiser).toConstantValue(gaussian);
  bind(Initialiser).toConstantValue(he);
  bind(Initialiser).toConstantValue(glorot);
  bind(Initialiser).toConstantValue(orthogonal);
  bind(OutputSolver).toConstantValue(squared);
  bind(OutputSolver).toConstantValue(hinge);
});
