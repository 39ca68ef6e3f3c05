import type { Real } from './block.ts';
import { buildNetwork, resolveNetwork, type BuildServices, type DataShape } from './build-network.ts';
import { counting, type CountingLinearAlgebra } from './counting-linear-algebra.ts';
import type { Catalogue } from './container.ts';
import type { DataSource, Shard } from './data-source.ts';
import { execute, type Run, type RunEnd } from './engine.ts';
import { must } from './errors.ts';
import { Evaluator } from './evaluate.ts';
import type { Initialiser } from './initialiser.ts';
import type { LinearAlgebra } from './linear-algebra.ts';
import { Model, type ModelDescription } from './model.ts';
import type { Network } from './network.ts';
import type { Observer } from './observer.ts';
import { PhaseClock } from './phase-clock.ts';
import type { Preprocessing } from './preprocessing.ts';
import { random } from './random.ts';
import { resolveActivation, resolveLinearAlgebra, resolveScheme, type ChosenScheme } from './resolve.ts';
import { resultOf, type RunResult } from './result.ts';
import type { NetworkConfiguration, TrainingConfiguration } from './run-configuration.ts';
import { stoppingRules, sweepLimit } from './stopping.ts';
import type { Label } from './targets.ts';
import { defaultTileRows } from './tile-buffer.ts';

/** What a network is trained on: already preprocessed, with 0/1 targets. */
export interface TrainingData {
  /** To train on. */
  readonly train: DataSource;
  /** To test on after every sweep. */
  readonly test?: DataSource;
  /** The class that each decision stands for. */
  readonly classes: readonly Label[];
  /** What was done to the raw features, to be kept with the model. */
  readonly preprocessing?: Preprocessing;
}

/** Who watches a run, and who may end it. */
export interface RunHooks {
  /** Told after those that modules bind. */
  readonly observers?: readonly Observer[];
  /** Ends the run after the sweep at hand. */
  readonly signal?: AbortSignal;
}

/** A finished run. The model holds the last good weights, whatever the outcome. */
export interface Trained {
  /** The network with its last good weights. */
  readonly model: Model;
  /** How the run ended, with its last record. */
  readonly end: RunEnd;
  /** Summary of the run. */
  readonly result: RunResult;
}

/** Test samples must fit the network that the training samples shape. */
function mustBeAlike({ train, test }: TrainingData): void {
  const sizes = ({ shape, targets }: DataSource): string => `${shape.join(' x ')} features and ${targets} targets`;
  must(test === undefined || sizes(test) === sizes(train), () => {
    return `Data "${test!.name}" has ${sizes(test!)} per sample, but "${train.name}" has ${sizes(train)}.`;
  });
}

/** A network that a scheme can start on. */
interface Built extends ChosenScheme {
  readonly network: Network;
  readonly resolved: NetworkConfiguration;
}

const widest = ({ graph }: Network): number => Math.max(graph.inputs, ...graph.nodes.map(({ size }) => size));

/** Trains networks with what a catalogue holds. */
export class Trainer {
  readonly #catalogue: Catalogue;

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  /** Checks everything about a run that can be known before it starts: names, options, sizes. */
  check(configuration: TrainingConfiguration, shape: DataShape): void {
    this.#build(configuration, shape, resolveLinearAlgebra(configuration.linearAlgebra, this.#catalogue));
  }

  /** Trains a network from its start values until a stopping rule is met. */
  async train(configuration: TrainingConfiguration, data: TrainingData, hooks: RunHooks = {}): Promise<Trained> {
    mustBeAlike(data);
    const kernels = resolveLinearAlgebra(configuration.linearAlgebra, this.#catalogue);
    const linearAlgebra = counting(kernels, this.#catalogue.accelerators);
    const built = this.#build(configuration, data.train, linearAlgebra);
    const run = this.#prepare(built, configuration, data, linearAlgebra, hooks);
    const end = await execute(run);
    const { samples } = run;
    const ranks = run.consensus.size;
    const result = resultOf(end, {
      scheme: built.scheme.name,
      samples,
      ranks,
      linearAlgebra,
      seed: configuration.seed,
    });
    const model = new Model(describe(built.resolved, data, configuration), built.network, kernels, result);
    return { model, end, result };
  }

  /** A model from its description and weights, e.g. as a file holds them. */
  load(description: ModelDescription, weights: readonly Real[]): Model {
    const linearAlgebra = resolveLinearAlgebra('auto', this.#catalogue);
    const services = this.#buildServices(description.precision, linearAlgebra);
    const network = buildNetwork(description.network, description, services);
    network.graph.groups.forEach(({ name, layer, index }) => {
      must(weights[index]?.length === layer.weights, () => {
        return `The model's weights "${name}" need ${layer.weights} numbers, found ${weights[index]?.length ?? 'none'}.`;
      });
    });
    network.setWeights(weights);
    return new Model(description, network, linearAlgebra);
  }

  /** This rank's shard, state and evaluators, ready to sweep. */
  #prepare(
    { network, scheme, options }: Built,
    { precision, seed, stop, tileRows = defaultTileRows(widest(network), precision) }: TrainingConfiguration,
    { train, test }: TrainingData,
    linearAlgebra: CountingLinearAlgebra,
    hooks: RunHooks,
  ): Run {
    const { consensus, initialisers } = this.#catalogue;
    const shardOf = (source: DataSource): Shard => source.shard(consensus.rank, consensus.size, tileRows);
    const evaluatorOf = (shard: Shard): Evaluator => new Evaluator(network, shard, linearAlgebra, consensus);
    const { samples } = train;
    const shard = shardOf(train);
    const clock = new PhaseClock();
    const limit = sweepLimit(stop);
    const initialiser = (name: string): Initialiser => initialisers.get(name);
    const shared = { shard, samples, linearAlgebra, consensus, precision, clock, initialiser };
    return {
      network,
      sweeper: scheme.start(network, options, { ...shared, random: random(String(seed)) }),
      samples,
      consensus,
      train: evaluatorOf(shard),
      ...(test && { test: evaluatorOf(shardOf(test)) }),
      clock,
      operations: linearAlgebra,
      rules: stoppingRules(stop),
      observers: this.#observers(hooks),
      start: { network, samples, testSamples: test?.samples ?? 0, ...(limit && { sweeps: limit }) },
      keepBest: scheme.keepBest?.(options) ?? false,
      ...(hooks.signal && { signal: hooks.signal }),
    };
  }

  /** Rank 0 alone talks. */
  #observers({ observers = [] }: RunHooks): readonly Observer[] {
    return this.#catalogue.consensus.rank === 0 ? [...this.#catalogue.observers, ...observers] : [];
  }

  #build(configuration: TrainingConfiguration, shape: DataShape, linearAlgebra: LinearAlgebra): Built {
    const { scheme, options } = resolveScheme(configuration.scheme, this.#catalogue);
    const defaults = scheme.layerDefaults?.(options) ?? {};
    const resolved = resolveNetwork(configuration.network, defaults, this.#catalogue.layers);
    const network = buildNetwork(resolved, shape, this.#buildServices(configuration.precision, linearAlgebra));
    return { scheme, options, resolved, network };
  }

  #buildServices(precision: ModelDescription['precision'], linearAlgebra: LinearAlgebra): BuildServices {
    const activation: BuildServices['activation'] = (spec) => resolveActivation(spec, this.#catalogue);
    return { catalogue: this.#catalogue, linearAlgebra, precision, activation };
  }
}

const describe = (
  network: NetworkConfiguration,
  { train, classes, preprocessing }: TrainingData,
  { precision }: TrainingConfiguration,
): ModelDescription => ({
  network,
  shape: train.shape,
  targets: train.targets,
  classes,
  precision,
  ...(preprocessing && { preprocessing }),
});
