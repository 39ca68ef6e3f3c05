import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { zeros, type Precision, type Real } from '../../core/block.ts';
import { must } from '../../core/errors.ts';
import type { WeightGroup } from '../../core/graph.ts';
import type { Model, ModelDescription } from '../../core/model.ts';
import { readSafetensors, writeSafetensors, type SafetensorsFile, type Tensor } from '../safetensors/index.ts';
import { readMetadata, writeMetadata, type ModelFacts } from './model-metadata.ts';

/** The weights of a group: where a matrix comes first, that and the rest apart; else as one vector. */
function tensorsOf({ name, layer }: WeightGroup, weights: Real): Tensor[] {
  const matrix = layer.matrix?.(weights);
  const isView = matrix?.data.buffer === weights.buffer && matrix.data.byteOffset === weights.byteOffset;
  if (matrix === undefined || !isView) return [{ name: `${name}.weights`, shape: [weights.length], data: weights }];
  const bias = weights.subarray(matrix.data.length);
  const first = { name: `${name}.weights`, shape: [matrix.rows, matrix.cols], data: matrix.data };
  return bias.length === 0 ? [first] : [first, { name: `${name}.bias`, shape: [bias.length], data: bias }];
}

function weightsOf(path: string, group: string, { tensors }: SafetensorsFile, precision: Precision): Real {
  const first = tensors.get(`${group}.weights`);
  must(first !== undefined, () => `${path}: not a whole model file: there is no tensor "${group}.weights".`);
  const bias = tensors.get(`${group}.bias`)?.data ?? [];
  const weights = zeros(precision, first.data.length + bias.length);
  weights.set(first.data);
  weights.set(bias, first.data.length);
  return weights;
}

/** Writes a trained model: its weights as tensors, all else as metadata. */
export function writeModel(path: string, { description, network }: Model, facts: ModelFacts): Promise<void> {
  const { groups } = network.graph;
  const tensors = groups.flatMap((group) => tensorsOf(group, network.weights[group.index]!));
  const names = groups.map(({ name }) => name);
  return writeSafetensors(path, tensors, writeMetadata(description, names, facts));
}

/** A model as its file holds it: build it with `Trainer.load(description, weights)`. */
export interface StoredModel {
  /** Path of the file. */
  readonly path: string;
  /** What the network is built from, and what is done to its inputs. */
  readonly description: ModelDescription;
  /** One vector per weight group, in the order of the network. */
  readonly weights: readonly Real[];
  /** What else is known of the model. */
  readonly facts: ModelFacts;
}

/**
 * Reads a model file.
 *
 * @param given - The file, or the folder of a run that holds it.
 * @throws UserError for a file that is missing, cut short, damaged or foreign.
 */
export async function readModel(given: string): Promise<StoredModel> {
  const isFolder = await stat(given).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const path = isFolder ? join(given, 'model.safetensors') : given;
  const file = await readSafetensors(path);
  const { network, shape, ragged, targets, classes, precision, preprocessing, groups, ...facts } = readMetadata(
    path,
    file.metadata,
  );
  const weights = groups.map((group) => weightsOf(path, group, file, precision));
  const treated = { ...(preprocessing !== null && { preprocessing }), ...(ragged === true && { ragged }) };
  return { path, description: { network, shape, targets, classes, precision, ...treated }, weights, facts };
}
