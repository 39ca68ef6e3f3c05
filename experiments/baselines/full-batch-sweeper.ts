import type { Network } from '../../core/network.ts';
import type { Failure } from '../../core/outcome.ts';
import type { SchemeServices, Snapshot, Sweeper, SweepReport } from '../../core/scheme.ts';
import { initialiseWeights } from '../../core/schemes/initialise-weights.ts';
import { Backpropagation } from './backpropagation.ts';
import { addScaled, dot, readWeights, writeWeights } from './flat-weights.ts';
import { strongWolfe, type LinePoint, type WolfeOptions } from './line-search.ts';
import { noResiduals } from './shared-options.ts';

/** How a method goes on from a point: what tells L-BFGS from conjugate gradients. */
export interface DirectionRule {
  /** Writes the direction at a point with that gradient. */
  direction(gradient: Float64Array, direction: Float64Array): void;
  /** The step tried first along it, from the slope there. */
  firstStep(slope: number): number;
  /** Learns from an accepted step: $s = w' - w$, and the gradients before and after. */
  learn(step: Float64Array, before: Float64Array, after: Float64Array, line: LinePoint, slope: number): void;
  /** Forgets what it has learnt. */
  forget(): void;
  /** What it remembers. */
  save(): Snapshot;
  /** Goes back to it. */
  restore(snapshot: Snapshot): void;
}

/** What full-batch methods share. */
export interface FullBatchOptions {
  /** $r$ in the mean loss $+ r |W|^2$. */
  readonly ridge: number;
  /** Of the line search. */
  readonly wolfe: WolfeOptions;
}

/** Full-batch descent by line searches: an iteration a sweep. The gradient is summed over tiles and ranks. */
export class FullBatchSweeper implements Sweeper {
  readonly #network: Network;
  readonly #rule: DirectionRule;
  readonly #options: FullBatchOptions;
  readonly #services: SchemeServices;
  readonly #gradients: Backpropagation;
  readonly #sums: Float64Array;
  readonly #weights: Float64Array;
  readonly #trial: Float64Array;
  readonly #gradient: Float64Array;
  readonly #next: Float64Array;
  readonly #direction: Float64Array;
  #value: number | undefined;
  /** The step whose gradient `#next` holds. */
  #last = 0;
  #evaluations = 0;

  constructor(
    network: Network,
    rule: (size: number) => DirectionRule,
    options: FullBatchOptions,
    services: SchemeServices,
  ) {
    initialiseWeights(network, services);
    this.#network = network;
    this.#options = options;
    this.#services = services;
    this.#gradients = new Backpropagation(network, services.linearAlgebra, services.shard.tileRows);
    const { size } = this.#gradients;
    this.#rule = rule(size);
    this.#sums = new Float64Array(size + 1);
    [this.#weights, this.#trial] = [new Float64Array(size), new Float64Array(size)];
    [this.#gradient, this.#next] = [new Float64Array(size), new Float64Array(size)];
    this.#direction = new Float64Array(size);
    readWeights(network, this.#weights);
  }

  sweep(): SweepReport | Failure {
    this.#value ??= this.#evaluate(this.#weights, this.#gradient);
    this.#evaluations = 0;
    let found = this.#search();
    if (found === undefined) {
      // What was learnt may be wrong here, or what was known of this point; the gradient is not.
      this.#rule.forget();
      this.#value = this.#evaluate(this.#weights, this.#gradient);
      if (Number.isFinite(this.#value)) found = this.#search();
    }
    writeWeights(this.#weights, this.#network);
    this.#services.clock.leave();
    if (!Number.isFinite(this.#value)) return { outcome: 'non-finite', detail: `the loss is ${this.#value}` };
    return {
      objective: this.#value,
      residuals: noResiduals(this.#network),
      measures: { step: found?.step ?? 0, evaluations: this.#evaluations },
      notes: found === undefined ? ['the line search finds no lower point: the run has converged to rounding'] : [],
    };
  }

  /** Searches along the next direction and moves; `undefined` where no point is lower. */
  #search(): LinePoint | undefined {
    const slope = this.#aim();
    const start = { step: 0, value: this.#value!, slope };
    const first = this.#rule.firstStep(slope);
    const point = strongWolfe((step) => this.#at(step), start, first, this.#options.wolfe);
    if (point !== undefined) this.#accept(point, slope);
    return point;
  }

  /** Turns to the next direction, and gives the slope along it. One that leads uphill is given up for the gradient's. */
  #aim(): number {
    this.#rule.direction(this.#gradient, this.#direction);
    const slope = dot(this.#gradient, this.#direction);
    if (slope < 0) return slope;
    this.#rule.forget();
    for (let i = 0; i < this.#direction.length; i++) this.#direction[i] = -this.#gradient[i]!;
    return -dot(this.#gradient, this.#gradient);
  }

  #at(step: number): LinePoint {
    this.#trial.set(this.#weights);
    addScaled(step, this.#direction, this.#trial);
    const value = this.#evaluate(this.#trial, this.#next);
    this.#last = step;
    this.#evaluations++;
    return { step, value, slope: dot(this.#next, this.#direction) };
  }

  /** Moves to a point of the line. The last one evaluated is mostly it. */
  #accept(point: LinePoint, slope: number): void {
    this.#trial.set(this.#weights);
    addScaled(point.step, this.#direction, this.#trial);
    if (this.#last !== point.step) this.#evaluate(this.#trial, this.#next);
    for (let i = 0; i < this.#direction.length; i++) this.#direction[i]! *= point.step;
    this.#rule.learn(this.#direction, this.#gradient, this.#next, point, slope);
    this.#weights.set(this.#trial);
    this.#gradient.set(this.#next);
    this.#value = point.value;
  }

  /** Mean loss with its ridge at some weights, and its gradient. */
  #evaluate(weights: Float64Array, gradient: Float64Array): number {
    const { shard, consensus, clock, samples } = this.#services;
    const { ridge } = this.#options;
    writeWeights(weights, this.#network);
    clock.enter('gather');
    this.#gradients.clear();
    let loss = 0;
    for (let index = 0; index < shard.tiles; index++) {
      const { x, y } = shard.tile(index);
      loss += this.#gradients.add(x, y);
    }
    this.#gradients.read(this.#sums.subarray(0, gradient.length));
    this.#sums[gradient.length] = loss;
    clock.enter('consensus');
    consensus.sum(this.#sums);
    clock.enter('weights');
    for (let i = 0; i < gradient.length; i++) gradient[i] = this.#sums[i]! / samples + 2 * ridge * weights[i]!;
    return this.#sums[gradient.length]! / samples + (ridge === 0 ? 0 : ridge * dot(weights, weights));
  }

  save(): Snapshot {
    const { values, arrays } = this.#rule.save();
    return { values, arrays: { ...arrays, exact: this.#weights.slice() } };
  }

  restore(snapshot: Snapshot): void {
    this.#weights.set(snapshot.arrays['exact']!);
    this.#value = undefined;
    this.#rule.restore(snapshot);
  }
}
