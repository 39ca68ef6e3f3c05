import type { Real } from '../../block.ts';
import { share } from '../../data-source.ts';
import type { Network } from '../../network.ts';
import type { Failure } from '../../outcome.ts';
import { random } from '../../random.ts';
import type { SchemeServices, Snapshot, Sweeper, SweepReport } from '../../scheme.ts';
import { ChunkDirections } from './chunk-directions.ts';
import { forEachTile, ResidentChunks, type Chunk, type ChunkSource } from './chunks.ts';
import { LossGuard } from './loss-guard.ts';
import type { NestedOptions } from './nested.ts';
import { everySample, Objective, type Scope } from './objective.ts';
import { nestedParts, type NestedParts } from './parts.ts';
import { PooledChunks } from './pooled-chunks.ts';
import { RunningStatistics } from './running-statistics.ts';
import { StepGauge } from './step-gauge.ts';
import { copyState, detached, takeBack, type StreamState } from './stream-state.ts';
import { momentum, Trajectory } from './trajectory.ts';

/** Chunks between two refreshes of the input statistics, and of these and of the step at the very start. */
const [refreshEvery, firstRefreshes, firstMeasures] = [10, 5, 10];

/** Steps over which the step grows to its length. */
const warmUp = 10;

/** Chunks that the first fit of the outputs and the statistics of constant inputs are made from. */
const firstChunks = 10;

/** After how many sweeps the step is down to $1 / \sqrt{2}$ of its length. */
const decay = 2;

/** Step of the output weights, relative to the hidden ones': a whole one would fit the chunk, but they only have to follow. */
const outputStep = 0.05;

/** Shorter chunks are noisier: below so many samples the step is shorter in proportion. */
const quietChunk = 500;

/** Recoveries in one sweep after which it has failed. */
const mostRecoveries = 12;

/** How far the objective of the deployed weights may be above its lowest: between good sweeps it varied by up to 0.3 % (Higgs events). */
const mostRise = 1.01;

/**
 * The nested scheme over chunks of the samples: many short steps in a sweep instead of a long one. Input statistics that forget,
 * momentum, a step measured by secants, and guards that take the run back where the loss of the chunks, or the objective of what
 * is deployed, rises. What is deployed after a sweep are averaged weights, with the exact outputs refitted to all samples.
 * Nothing is kept per sample.
 */
export class StreamSweeper implements Sweeper {
  readonly #parts: NestedParts;
  readonly #objective: Objective;
  readonly #directions: ChunkDirections;
  readonly #source: ChunkSource;
  /** All samples, for the refit of the outputs. */
  readonly #all: Scope;
  readonly #state: StreamState;
  /** Factor of the step: halved by every recovery. */
  #shortened = 1;
  #sweeps = 0;
  /** The orders of the samples come from it and from the number of the sweep. */
  #seed: number;
  /** The last good state. */
  #good: Snapshot | undefined;
  /** Objective of the deployed weights, and the lowest so far. */
  #deployed = 0;
  #lowest = Number.MAX_VALUE;
  #started = false;
  #recoveries = 0;
  #notes: string[] = [];

  constructor(network: Network, options: NestedOptions, services: SchemeServices, chunk: number) {
    const { samples, shard } = services;
    this.#parts = nestedParts(network, options, services, { tiles: [], valid: false });
    this.#objective = new Objective(this.#parts);
    const running = this.#parts.groups.map((group) => new RunningStatistics(group));
    this.#directions = new ChunkDirections(this.#parts, running);
    const Chunks = shard.streamed === true ? PooledChunks : ResidentChunks;
    this.#source = new Chunks(shard, network.graph, network.precision, { wanted: chunk, samples });
    this.#all = everySample(services, false);
    this.#seed = services.random.child('chunks').integer(2 ** 32);
    for (const { group, output } of this.#parts.groups) {
      if (output) continue;
      group.layer.initialise(
        services.initialiser,
        services.random.child(`weights/${group.name}`),
        network.weights[group.index]!,
      );
    }
    const trajectory = new Trajectory(network);
    const gauge = new StepGauge(this.#parts, this.#source.rows);
    this.#state = { network, trajectory, running, gauge, guard: new LossGuard() };
  }

  sweep(): SweepReport | Failure {
    const start = this.#parts.network.copyWeights();
    const report = this.#begin() ?? this.#sweep(start);
    if ('outcome' in report) this.#parts.network.setWeights(start);
    return report;
  }

  save(): Snapshot {
    const { values, arrays } = this.#good === undefined ? copyState(this.#state) : detached(this.#good);
    const own = {
      sweeps: this.#sweeps,
      seed: this.#seed,
      shortened: this.#shortened,
      ridgeOutput: this.#parts.outputRidge.relative,
      deployed: this.#deployed,
      lowest: this.#lowest,
    };
    return { values: { ...values, ...own }, arrays };
  }

  restore(snapshot: Snapshot): void {
    const { network, outputRidge } = this.#parts;
    const deployed = network.copyWeights();
    takeBack(snapshot, this.#state);
    network.setWeights(deployed);
    this.#good = detached(snapshot);
    this.#sweeps = snapshot.values['sweeps']!;
    this.#seed = snapshot.values['seed']!;
    this.#shortened = snapshot.values['shortened']!;
    outputRidge.relative = snapshot.values['ridgeOutput']!;
    this.#deployed = snapshot.values['deployed']!;
    this.#lowest = snapshot.values['lowest']!;
    this.#started = false;
  }

  /**
   * Gathers what never changes from the first chunks, and makes the first fit of the outputs. Where a run is taken up again, the
   * weights stay.
   */
  #begin(): Failure | undefined {
    if (this.#started) return undefined;
    const { network, services } = this.#parts;
    const before = network.copyWeights();
    this.#source.begin(random(`${this.#seed}/0`));
    const scope = this.#chunks(firstChunks, true);
    const value = this.#objective.evaluate(scope);
    if (typeof value !== 'number') return value;
    if (this.#sweeps > 0) network.setWeights(before);
    else {
      const failure = this.#fitOutputs(scope.samples);
      if (failure !== undefined) return failure;
    }
    for (const running of this.#state.running) running.approximate(services, random('low-rank'));
    this.#started = true;
    return undefined;
  }

  /** The first chunks of an order that the source has begun. */
  #chunks(wanted: number, hidden: boolean): Scope {
    const source = this.#source;
    const { rows } = this.#parts.buffers;
    const count = Math.min(wanted, source.chunks);
    return {
      samples: share(this.#parts.services.samples, count - 1, source.chunks).to,
      hidden,
      forEach(visit) {
        for (let index = 0; index < count; index++) forEachTile(source.chunk(index), rows, visit);
      },
    };
  }

  /** The first fit of the outputs to so many samples, once the ridge is chosen: where the run starts from. */
  #fitOutputs(samples: number): Failure | undefined {
    const { network, options, outputRidge, services } = this.#parts;
    const { running, trajectory } = this.#state;
    if (options.ridgeOutput === 'auto') {
      outputRidge.settle(this.#objective.noiseToSignal());
      const refitted = this.#objective.refit();
      if (typeof refitted !== 'number') return refitted;
    }
    for (const group of running) group.start(samples, services.samples / this.#source.chunks);
    trajectory.average.forEach((average, index) => average.set(network.weights[index]!));
    this.#good = copyState(this.#state);
    return undefined;
  }

  /** @param deployed - The weights of the sweep before. */
  #sweep(deployed: readonly Real[]): SweepReport | Failure {
    const { network } = this.#parts;
    const before = detached(this.#good!);
    takeBack(before, this.#state);
    this.#directions.takeResiduals();
    this.#notes = [];
    this.#recoveries = 0;
    this.#source.begin(random(`${this.#seed}/${this.#sweeps}`));
    for (let index = 0; index < this.#source.chunks; index++) {
      const failure = this.#learn(this.#source.chunk(index), index);
      if (failure !== undefined) return failure;
    }
    this.#good = copyState(this.#state, this.#good);
    network.setWeights(this.#state.trajectory.average);
    const value = this.#objective.evaluate(this.#all);
    if (typeof value !== 'number') return value;
    this.#sweeps++;
    if (value > mostRise * this.#lowest) this.#undo(before, deployed, value);
    else this.#deployed = value;
    this.#lowest = Math.min(this.#lowest, value);
    return this.#report(this.#deployed);
  }

  /** Takes the run back to where the sweep began, without momentum, and halves the step. */
  #undo(before: Snapshot, deployed: readonly Real[], objective: number): void {
    takeBack(before, this.#state);
    this.#slow();
    this.#good = copyState(this.#state, this.#good);
    this.#parts.network.setWeights(deployed);
    const found = `from its lowest, ${this.#lowest.toPrecision(3)}, to ${objective.toPrecision(3)}`;
    this.#notes.push(`The objective rose ${found}; went back to where the sweep began and halved the step.`);
  }

  /** One chunk: a step from where the momentum leads, or a recovery. */
  #learn(chunk: Chunk, index: number): Failure | undefined {
    const { trajectory, gauge, guard } = this.#state;
    const { steps } = trajectory;
    const due = steps % refreshEvery === 0;
    const measures = due || steps < firstMeasures;
    const loss = this.#directions.find(chunk, due || steps < firstRefreshes, measures ? gauge : undefined);
    const health = typeof loss === 'number' ? guard.judge(loss) : 'diverging';
    if (health === 'diverging') return this.#recover(index, loss);
    this.#directions.accept();
    if (measures) gauge.measure(chunk, this.#directions.directions);
    trajectory.step(this.#directions.directions, this.#lengths());
    if (health === 'good' && due) this.#good = copyState(this.#state, this.#good);
    return undefined;
  }

  /** How far each group goes along its direction. */
  #lengths(): number[] {
    const { trajectory, gauge } = this.#state;
    const { groups, options, services } = this.#parts;
    const { steps } = trajectory;
    const schedule = Math.min(1, (steps + 1) / warmUp) / Math.sqrt(1 + steps / this.#source.chunks / decay);
    const quiet = Math.min(1, services.samples / this.#source.chunks / quietChunk);
    const step = options.step * quiet * schedule * this.#shortened;
    return groups.map(({ output, exact }) => {
      if (!output) return step * gauge.length;
      // Outputs that could not be fitted at the start make a whole step in the first ones, by momentum.
      return steps === 0 && !exact ? 1 - momentum : outputStep * step;
    });
  }

  /** Takes the run back to its last good state, without momentum, and halves the step. */
  #recover(index: number, loss: number | Failure): Failure | undefined {
    const { mean } = this.#state.guard.memory;
    takeBack(this.#good!, this.#state);
    this.#slow();
    const found =
      typeof loss === 'number'
        ? `the loss rose to ${loss.toPrecision(3)}, its mean being ${mean.toPrecision(3)}`
        : loss.detail;
    if (this.#recoveries === 1) {
      this.#notes.push(`Chunk ${index + 1}: ${found}; went back to the last good state and halved the step.`);
    }
    if (this.#recoveries <= mostRecoveries) return undefined;
    const detail = `${this.#recoveries} recoveries in one sweep, the last at chunk ${index + 1}: ${found}`;
    return typeof loss === 'number' ? { outcome: 'diverged', detail } : { ...loss, detail };
  }

  /** What every recovery comes with. */
  #slow(): void {
    for (const last of this.#state.trajectory.momentum) last.fill(0);
    this.#shortened /= 2;
    this.#recoveries++;
  }

  #report(objective: number): SweepReport {
    const residuals = this.#directions.takeResiduals();
    const measures = {
      step: this.#state.gauge.length,
      chunkLoss: this.#state.guard.memory.mean,
      shortened: this.#shortened,
      recoveries: this.#recoveries,
      ridgeOutput: this.#parts.outputRidge.relative,
    };
    return { objective, residuals, measures, notes: this.#notes };
  }
}
