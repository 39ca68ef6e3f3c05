/** @module nograd */
import type { ContainerModule } from 'inversify';
import { activationsModule } from './activations/module.ts';
import { catalogue, createContainer } from './core/container.ts';
import type { Model } from './core/model.ts';
import { trainOn, type TrainInput } from './core/train.ts';
import { Trainer } from './core/trainer.ts';
import { mlMatrix } from './extensions/ml-matrix/ml-matrix.ts';
import { mlMatrixModule } from './extensions/ml-matrix/module.ts';
import { recurrentModule } from './extensions/recurrent/module.ts';
import { wasmModule } from './extensions/wasm/module.ts';
import { layersModule } from './layers/module.ts';

export * from './activations/index.ts';
export * from './core/index.ts';
export * from './layers/index.ts';

/** What the library brings without an extension point being touched: activations, layers, losses, linear algebra. */
export const defaultModules: readonly ContainerModule[] = [
  activationsModule,
  layersModule,
  recurrentModule,
  mlMatrixModule,
  wasmModule(mlMatrix),
];

/** A trainer with the default modules and your own. */
export const createTrainer = (...modules: readonly ContainerModule[]): Trainer =>
  new Trainer(catalogue(createContainer(...defaultModules, ...modules)));

/**
 * Trains a network on samples in memory.
 *
 * @param input - Network, scheme, stopping rule and data; see `docs/architecture.md` for every key.
 * @param modules - Modules of your own activations, losses, layers, schemes or observers.
 * @returns The model; its `result` says how the run went.
 * @throws UserError for misuse or bad data, in one line.
 */
export const train = (input: TrainInput, ...modules: readonly ContainerModule[]): Promise<Model> =>
  trainOn(createTrainer(...modules), input);
