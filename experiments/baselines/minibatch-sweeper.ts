import { z } from 'zod';
import type { Network } from '../../core/network.ts';
import type { Failure } from '../../core/outcome.ts';
import { random } from '../../core/random.ts';
import type { SchemeServices, Snapshot, Sweeper, SweepReport } from '../../core/scheme.ts';
import { forEachTile, ResidentChunks } from '../../core/schemes/nested/chunks.ts';
import { initialiseWeights } from '../../core/schemes/initialise-weights.ts';
import { Backpropagation } from './backpropagation.ts';
import { readWeights, writeWeights } from './flat-weights.ts';
import { noResiduals, sharedFields, type SharedOptions } from './shared-options.ts';

/** One step of a first-order method. */
export interface UpdateRule {
  /** Moves the weights, given the gradient of the mean loss of a batch with its ridge. */
  step(gradient: Float64Array, weights: Float64Array): void;
  /** What it remembers, by name. */
  readonly memory: Readonly<Record<string, Float64Array>>;
}

/** What minibatch methods share. */
export interface MinibatchOptions extends SharedOptions {
  /** Samples of a batch over all ranks. Default: 128. */
  readonly batch: number;
  /** Epochs in a sweep, e.g. 0.25 to look four times an epoch. Default: 1. */
  readonly epochs: number;
}

/** The options that minibatch methods share, as zod fields. */
export const minibatchFields = {
  batch: z.int().positive().default(128).describe('Samples of a batch over all ranks.'),
  epochs: z.number().positive().default(1).describe('Epochs in a sweep, e.g. 0.25 to look four times an epoch.'),
  ...sharedFields,
};

/**
 * Minibatch gradient steps: a sweep is an epoch, or a share of one, over batches drawn without replacement. A rank computes
 * the gradient of those samples of a batch that it holds; their sum over ranks is the same on any number of them.
 */
export class MinibatchSweeper implements Sweeper {
  readonly #network: Network;
  readonly #options: MinibatchOptions;
  readonly #services: SchemeServices;
  readonly #rule: UpdateRule;
  readonly #chunks: ResidentChunks;
  readonly #gradients: Backpropagation;
  readonly #gradient: Float64Array;
  readonly #weights: Float64Array;
  /** The gradient and, behind it, the loss: summed over ranks at once. */
  readonly #sums: Float64Array;
  /** Of the orders of the batches: saved, so that a restored run goes on with the same ones. */
  #seed: number;
  #batches = 0;

  constructor(
    network: Network,
    rule: (size: number) => UpdateRule,
    options: MinibatchOptions,
    services: SchemeServices,
  ) {
    const { shard, samples, precision, linearAlgebra } = services;
    const { inputs, targets } = network.graph;
    initialiseWeights(network, services);
    this.#network = network;
    this.#options = options;
    this.#services = services;
    this.#chunks = new ResidentChunks(shard, { inputs, targets }, precision, { wanted: options.batch, samples });
    this.#gradients = new Backpropagation(network, linearAlgebra, Math.min(shard.tileRows, this.#chunks.rows));
    const { size } = this.#gradients;
    this.#sums = new Float64Array(size + 1);
    this.#gradient = this.#sums.subarray(0, size);
    this.#weights = new Float64Array(size);
    readWeights(network, this.#weights);
    this.#rule = rule(size);
    this.#seed = services.random.child('batches').integer(2 ** 32);
    this.#begin();
  }

  sweep(): SweepReport | Failure {
    const { chunks } = this.#chunks;
    const { clock } = this.#services;
    const wanted = Math.max(1, Math.round(chunks * this.#options.epochs));
    const before = this.#weights.slice();
    let [loss, samples] = [0, 0];
    for (let batch = 0; batch < wanted; batch++) {
      if (this.#batches > 0 && this.#batches % chunks === 0) this.#begin();
      const seen = this.#step(this.#batches++ % chunks);
      loss += seen.loss;
      samples += seen.samples;
    }
    clock.leave();
    const objective = loss / samples;
    if (Number.isFinite(objective)) return { objective, residuals: noResiduals(this.#network), notes: [] };
    this.#weights.set(before);
    writeWeights(before, this.#network);
    return { outcome: 'non-finite', detail: `the loss of the batches is ${objective}` };
  }

  /** Draws the order of an epoch: the same on all ranks, and after a restart. */
  #begin(): void {
    const epoch = Math.floor(this.#batches / this.#chunks.chunks);
    this.#chunks.begin(random(`${this.#seed}/${epoch}`));
  }

  #step(index: number): { readonly loss: number; readonly samples: number } {
    const { clock, consensus, shard } = this.#services;
    clock.enter('gather');
    const chunk = this.#chunks.chunk(index);
    this.#gradients.clear();
    let loss = 0;
    forEachTile(chunk, shard.tileRows, (x, y) => (loss += this.#gradients.add(x, y)));
    this.#gradients.read(this.#gradient);
    this.#sums[this.#gradients.size] = loss;
    clock.enter('consensus');
    consensus.sum(this.#sums);
    clock.enter('weights');
    const { ridge } = this.#options;
    for (let i = 0; i < this.#gradient.length; i++) {
      this.#gradient[i] = this.#gradient[i]! / chunk.samples + 2 * ridge * this.#weights[i]!;
    }
    this.#rule.step(this.#gradient, this.#weights);
    writeWeights(this.#weights, this.#network);
    return { loss: this.#sums[this.#gradients.size]!, samples: chunk.samples };
  }

  save(): Snapshot {
    const memory = Object.entries(this.#rule.memory).map(([name, array]) => [name, array.slice()]);
    return {
      values: { batches: this.#batches, seed: this.#seed },
      arrays: { exact: this.#weights.slice(), ...(Object.fromEntries(memory) as Snapshot['arrays']) },
    };
  }

  restore({ values, arrays }: Snapshot): void {
    [this.#batches, this.#seed] = [values['batches']!, values['seed']!];
    this.#weights.set(arrays['exact']!);
    for (const [name, array] of Object.entries(this.#rule.memory)) array.set(arrays[name]!);
    this.#chunks.begin(random(`${this.#seed}/${this.#epochAtHand()}`));
  }

  /** The epoch that the next batch belongs to; at its end a new one begins by itself. */
  #epochAtHand(): number {
    const { chunks } = this.#chunks;
    return Math.max(0, Math.ceil(this.#batches / chunks) - 1);
  }
}
