import type { Real } from './block.ts';
import type { Acceleration } from './accelerator.ts';
import { buildNetwork, resolveNetwork, type BuildServices, type DataShape } from './build-network.ts';
import { counting, type CountingLinearAlgebra } from './counting-linear-algebra.ts';
import type { Catalogue } from './container.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { DataSource, Shard } from './data-source.ts';
import { execute, type Run, type RunEnd } from './engine.ts';
import { must } from './errors.ts';
import { Evaluator } from './evaluate.ts';
import type { Graph } from './graph.ts';
import type { LinearAlgebra } from './linear-algebra.ts';
import { Model, type ModelDescription } from './model.ts';
import type { Network } from './network.ts';
import type { Observer } from './observer.ts';
import { PhaseClock } from './phase-clock.ts';
import type { Preprocessing } from './preprocessing.ts';
import { random } from './random.ts';
import { resolveActivation, resolveLinearAlgebra, resolveLoss, resolveScheme, type ChosenScheme } from './resolve.ts';
import { resultOf, type RunResult } from './result.ts';
import type { NetworkConfiguration, TrainingConfiguration } from './run-configuration.ts';
import type { SampleState } from './scheme.ts';
import { stoppingRules, sweepLimit } from './stopping.ts';
import type { Label } from './targets.ts';
import { defaultTileRows } from './tile-buffer.ts';

/** What a network is trained on: already preprocessed, with 0/1 targets. */
export interface TrainingData {
  /** To train on. */
  readonly train: DataSource;
  /** To choose by: scored after every sweep, and never trained on. */
  readonly validation?: DataSource;
  /** To test on after every sweep. */
  readonly test?: DataSource;
  /** The class that each decision stands for. */
  readonly classes: readonly Label[];
  /** What was done to the raw features, to be kept with the model. */
  readonly preprocessing?: Preprocessing;
}

/** What is known of some samples without looking at them. */
export type SourceOutline = Pick<DataSource, 'name' | 'samples' | 'shape' | 'targets'>;

/** What is known of the data of a run without looking at the samples. */
export interface DataOutline {
  /** To train on. */
  readonly train: SourceOutline;
  /** To choose by. */
  readonly validation?: SourceOutline;
  /** To test on. */
  readonly test?: SourceOutline;
  /** The class that each decision stands for; none where that is not known yet. */
  readonly classes: readonly Label[];
}

/** Who watches a run, who may end it, and where its snapshots are kept. */
export interface RunHooks {
  /** Told after those that modules bind. */
  readonly observers?: readonly Observer[];
  /** Ends the run after the sweep at hand. */
  readonly signal?: AbortSignal;
  /** Keeps snapshots of the run, and may have one to go on from. Default: none. */
  readonly checkpoints?: Checkpoints;
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

/** Other samples must fit the network that the training samples shape. */
function mustBeAlike({ train, validation, test }: DataOutline): void {
  const sizes = ({ shape, targets }: SourceOutline): string => `${shape.join(' x ')} features and ${targets} targets`;
  for (const other of [validation, test]) {
    must(other === undefined || sizes(other) === sizes(train), () => {
      return `Data "${other!.name}" has ${sizes(other!)} per sample, but "${train.name}" has ${sizes(train)}.`;
    });
  }
}

/**
 * Checks that a run is given the data that its configuration speaks of.
 *
 * @throws UserError for samples of other sizes than those to train on, or a stopping rule on validation or test data
 * without any.
 */
export function checkData({ stop }: Pick<TrainingConfiguration, 'stop'>, data: DataOutline): void {
  mustBeAlike(data);
  must(stop.validationAccuracy === undefined || data.validation !== undefined, () => {
    return `The run stops at validation accuracy ${stop.validationAccuracy}, but has no validation data: give \`data.validation\`, e.g. 0.1.`;
  });
  must(stop.testAccuracy === undefined || data.test !== undefined, () => {
    return `The run stops at test accuracy ${stop.testAccuracy}, but has no test data: give \`data.test\`, e.g. test.csv.`;
  });
}

/** What is known of a run's memory before it starts. */
export interface NetworkOutline {
  /** The network. */
  readonly graph: Graph;
  /** Numbers that the scheme keeps per sample; undefined where it does not say. */
  readonly state: SampleState | undefined;
}

/** A network that a scheme can start on. */
interface Built extends ChosenScheme {
  readonly network: Network;
  readonly resolved: NetworkConfiguration;
}

const widest = ({ graph }: Network): number => Math.max(graph.inputs, ...graph.nodes.map(({ layer }) => layer.outputs));

/** Trains networks with what a catalogue holds. */
export class Trainer {
  readonly #catalogue: Catalogue;

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  /** Checks everything about a run that can be known before it starts: names, options, sizes. Says what it found. */
  check(configuration: TrainingConfiguration, shape: DataShape): NetworkOutline {
    const linearAlgebra = resolveLinearAlgebra(configuration.linearAlgebra, this.#catalogue);
    const built = this.#build(configuration, shape, this.#services(configuration, linearAlgebra, []));
    const { network, scheme, options } = built;
    return { graph: network.graph, state: scheme.sampleState?.(network.graph, options) };
  }

  /** Trains a network from its start values until a stopping rule is met. */
  async train(configuration: TrainingConfiguration, data: TrainingData, hooks: RunHooks = {}): Promise<Trained> {
    checkData(configuration, data);
    const kernels = resolveLinearAlgebra(configuration.linearAlgebra, this.#catalogue);
    const accelerations = this.#accelerations();
    const linearAlgebra = counting(kernels, accelerations);
    const built = this.#build(configuration, data.train, this.#services(configuration, linearAlgebra, accelerations));
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
    const description = describe(built.resolved, data, configuration);
    return { model: this.#model(description, built.network.weights, kernels, result), end, result };
  }

  /** A model from its description and weights, e.g. as a file holds them. */
  load(description: ModelDescription, weights: readonly Real[]): Model {
    return this.#model(description, weights, resolveLinearAlgebra('auto', this.#catalogue));
  }

  /** A model that shares no memory with the run that trained it. */
  #model(
    description: ModelDescription,
    weights: readonly Real[],
    linearAlgebra: LinearAlgebra,
    result?: RunResult,
  ): Model {
    const services = this.#services(description, linearAlgebra, this.#accelerations());
    const network = buildNetwork(description.network, description, services);
    network.graph.groups.forEach(({ name, layer, index }) => {
      must(weights[index]?.length === layer.weights, () => {
        return `The model's weights "${name}" need ${layer.weights} numbers, found ${weights[index]?.length ?? 'none'}.`;
      });
    });
    network.setWeights(weights);
    return new Model(description, network, linearAlgebra, result);
  }

  /** This rank's shard, state and evaluators, ready to sweep. */
  #prepare(
    { network, scheme, options, initialiser }: Built,
    { precision, seed, stop, keepBest, tileRows = defaultTileRows(widest(network), precision) }: TrainingConfiguration,
    { train, validation, test }: TrainingData,
    linearAlgebra: CountingLinearAlgebra,
    hooks: RunHooks,
  ): Run {
    const { consensus } = this.#catalogue;
    const shardOf = (source: DataSource): Shard => source.shard(consensus.rank, consensus.size, tileRows);
    const evaluatorOf = (shard: Shard): Evaluator => new Evaluator(network, shard, linearAlgebra, consensus);
    const { samples } = train;
    const others = { validationSamples: validation?.samples ?? 0, testSamples: test?.samples ?? 0 };
    const shard = shardOf(train);
    const clock = new PhaseClock();
    const limit = sweepLimit(stop);
    const shared = { shard, samples, linearAlgebra, consensus, precision, clock, initialiser };
    return {
      network,
      sweeper: scheme.start(network, options, { ...shared, random: random(String(seed)) }),
      samples,
      consensus,
      train: evaluatorOf(shard),
      ...(validation && { validation: evaluatorOf(shardOf(validation)) }),
      ...(test && { test: evaluatorOf(shardOf(test)) }),
      clock,
      operations: linearAlgebra,
      rules: stoppingRules(stop),
      observers: this.#observers(hooks),
      start: { network, samples, ...others, ...(limit && { sweeps: limit }) },
      keepBest: keepBest ?? (validation !== undefined || scheme.keepBest?.(options) === true),
      ...(hooks.signal && { signal: hooks.signal }),
      ...(hooks.checkpoints && { checkpoints: hooks.checkpoints }),
      perSample: scheme.sampleState?.(network.graph, options).needed !== 0,
    };
  }

  /** Rank 0 alone talks. */
  #observers({ observers = [] }: RunHooks): readonly Observer[] {
    return this.#catalogue.consensus.rank === 0 ? [...this.#catalogue.observers, ...observers] : [];
  }

  #build(configuration: TrainingConfiguration, shape: DataShape, services: BuildServices): Built {
    const chosen = resolveScheme(configuration.scheme, this.#catalogue);
    const defaults = chosen.scheme.layerDefaults?.(chosen.options) ?? {};
    const resolved = resolveNetwork(configuration.network, defaults, this.#catalogue.layers);
    const network = buildNetwork(resolved, shape, services);
    return { ...chosen, resolved, network };
  }

  #services(
    { precision }: Pick<ModelDescription, 'precision'>,
    linearAlgebra: LinearAlgebra,
    accelerations: readonly Acceleration[],
  ): BuildServices {
    return {
      layers: this.#catalogue.layers,
      linearAlgebra,
      precision,
      accelerations,
      activation: (spec) => resolveActivation(spec, this.#catalogue, accelerations),
      loss: (name) => resolveLoss(name, this.#catalogue, accelerations),
    };
  }

  #accelerations(): readonly Acceleration[] {
    return this.#catalogue.accelerators.map((accelerator) => accelerator.open());
  }
}

const describe = (
  network: NetworkConfiguration,
  { train, classes, preprocessing }: TrainingData,
  { precision }: TrainingConfiguration,
): ModelDescription => ({
  network,
  shape: train.shape,
  ...(train.ragged === true && { ragged: true }),
  targets: train.targets,
  classes,
  precision,
  ...(preprocessing && { preprocessing }),
});
