import { serialConsensus } from '../../core/consensus.ts';
import { must } from '../../core/errors.ts';
import { Evaluator } from '../../core/evaluate.ts';
import type { Model } from '../../core/model.ts';
import type { Score } from '../../core/observer.ts';
import { resolveLinearAlgebra } from '../../core/resolve.ts';
import { defaultTileRows } from '../../core/tile-buffer.ts';
import { inSteps, type PreparedData, type RawData } from '../data/index.ts';
import { placed } from './check-placed.ts';
import { compose, type Composition } from './composition.ts';
import { line, type Output } from './io.ts';
import { readModel, type StoredModel } from './model-file.ts';
import { loadPlugin } from './plugins.ts';

/** A model of a file, built again. */
export interface StoredNetwork {
  readonly stored: StoredModel;
  /** Reads samples that are preprocessed already. */
  readonly model: Model;
  readonly composition: Composition;
}

/** A model file is data: it may name plug-ins on this machine, but brings no code of its own. */
async function loadPlugins({ path, facts: { plugins } }: StoredModel, stderr: Output) {
  const foreign = plugins.find((url) => /^(?!file:)[a-z][a-z\d+.-]+:/i.test(url));
  must(foreign === undefined, () => {
    return `${path}: the model needs the plug-in "${foreign}", which is no file or package: plug-ins of models are not fetched.`;
  });
  return Promise.all(
    plugins.map((url) => {
      line(stderr, `The model needs the plug-in ${url}.`);
      return loadPlugin(url, '.');
    }),
  );
}

/** Reads a model file and builds its network, with the plug-ins that the run had. */
export async function openNetwork(path: string, stderr: Output): Promise<StoredNetwork> {
  const stored = await readModel(path);
  const composition = compose(await loadPlugins(stored, stderr));
  const { preprocessing: _, ...prepared } = stored.description;
  const model = placed(stored.path, () => composition.trainer.load(prepared, stored.weights));
  return { stored, model, composition };
}

/** The samples as the model reads them; holds them to the features that it reads. */
export function fitted(given: RawData, { stored, model }: StoredNetwork, remedy = ''): RawData {
  const { inputs } = model.network.graph;
  const { ragged, shape } = stored.description;
  const raw = ragged === true && given.shape.at(-1) === shape.at(-1) ? inSteps(given, shape[0]!) : given;
  const { cols, name } = raw;
  must(cols === inputs, () => {
    return `${name}: samples have ${cols} features, but the model ${stored.path} reads ${inputs}.${remedy}`;
  });
  return ragged === true ? { ...raw, ragged } : raw;
}

/** Loss and accuracy on prepared samples, in the very way that training measures them. */
export function scoreOf({ source }: PreparedData, { model, composition }: StoredNetwork): Score {
  const { network } = model;
  const linearAlgebra = resolveLinearAlgebra('auto', composition.catalogue);
  const widest = Math.max(network.graph.inputs, ...network.graph.nodes.map(({ layer }) => layer.outputs));
  const shard = source.shard(0, 1, defaultTileRows(widest, network.precision));
  return new Evaluator(network, shard, linearAlgebra, serialConsensus).score();
}
