import { epsilonOf, type Real } from '../../block.ts';
import type { Network } from '../../network.ts';
import type { Failure } from '../../outcome.ts';
import type { SchemeServices, Snapshot, Sweeper, SweepReport } from '../../scheme.ts';
import type { Advice } from '../../symptom.ts';
import { apart } from './apart.ts';
import { Directions, type Direction } from './directions.ts';
import { nestedAdvice } from './nested-advice.ts';
import type { NestedOptions } from './nested.ts';
import { Objective } from './objective.ts';
import { nestedParts, type NestedParts } from './parts.ts';
import { secantReach } from './probe.ts';
import { Secants } from './secants.ts';
import { solveStep, type Step, type StepModel, type StepModeller } from './step-model.ts';
import { Subsample } from './subsample.ts';

/** Attempts at a shorter step before the sweep stays where it was. */
const mostAttempts = 6;

/** The shortest secants, relative to the weights: shorter ones drown in the rounding errors of f32. */
const leastReach = 1e-4;

/** How the damping follows the gain found, relative to the gain that the model promised (Marquardt 1963). */
const trust = { good: 0.75, bad: 0.25, down: 2, up: 3, least: 1e-6, most: 1e3 } as const;

/** Directions with what to expect along them. */
interface Plan {
  readonly directions: readonly Direction[];
  readonly model: StepModel;
}

/** The nested scheme at work on one rank's samples. Nothing is kept per sample but what `keepLinear` says. */
export class NestedSweeper implements Sweeper {
  readonly advice: Advice;
  readonly #parts: NestedParts;
  readonly #objective: Objective;
  readonly #directions: Directions;
  readonly #modeller: StepModeller;
  readonly #subsample: Subsample;
  /** The last step: momentum. */
  #last: Direction | undefined;
  #damping: number;
  /** Length of the secants, relative to that of the weights. */
  #reach = secantReach;
  /** $F$ at the weights as they are; unknown before the first sweep. */
  #value: number | undefined;
  /** $F$ at the first weights. */
  #first: number | undefined;
  #sweeps = 0;

  /** @param modeller - What measures the step. Default: secants. */
  constructor(
    network: Network,
    options: NestedOptions,
    services: SchemeServices,
    modeller: (parts: NestedParts) => StepModeller = (parts) => new Secants(parts),
  ) {
    const { graph, precision, weights } = network;
    const { random, samples, shard } = services;
    this.#parts = nestedParts(network, options, services);
    this.#objective = new Objective(this.#parts);
    this.#directions = new Directions(this.#parts);
    this.#modeller = modeller(this.#parts);
    this.advice = nestedAdvice(options);
    this.#subsample = new Subsample({ wanted: options.subsample, samples, local: shard.samples }, graph, precision);
    this.#damping = options.damping;
    for (const { group, output } of this.#parts.groups) {
      if (output) continue;
      group.layer.initialise(services.initialiser, random.child(`weights/${group.name}`), weights[group.index]!);
    }
  }

  sweep(): SweepReport | Failure {
    const start = this.#parts.network.copyWeights();
    const report = this.#sweep();
    if ('outcome' in report) this.#parts.network.setWeights(start);
    return report;
  }

  save(): Snapshot {
    const arrays: Record<string, Real> = {};
    this.#last?.forEach((step, group) => {
      if (step !== undefined) arrays[`step/${group}`] = step.slice();
    });
    const values = {
      damping: this.#damping,
      reach: this.#reach,
      sweeps: this.#sweeps,
      ridgeOutput: this.#parts.outputRidge.relative,
      ...(this.#first !== undefined && { first: this.#first }),
    };
    return { values, arrays };
  }

  restore({ values, arrays }: Snapshot): void {
    const { damping, reach, sweeps, ridgeOutput } = values as Record<
      'damping' | 'reach' | 'sweeps' | 'ridgeOutput',
      number
    >;
    this.#first = values['first'];
    this.#reach = reach;
    this.#parts.outputRidge.relative = ridgeOutput;
    this.#damping = damping;
    this.#sweeps = sweeps;
    const { groups } = this.#parts;
    this.#last = Object.keys(arrays).length === 0 ? undefined : groups.map((_, group) => arrays[`step/${group}`]);
    this.#value = undefined;
    this.#parts.kept.valid = false;
  }

  #sweep(): SweepReport | Failure {
    const value = this.#value ?? this.#begin();
    if (typeof value !== 'number') return value;
    this.#value = value;
    this.#first ??= value;
    this.#adaptRidge(value / this.#first);
    this.#subsample.draw(this.#parts.services.random.child(`subsample/${this.#sweeps}`));
    const direction = this.#directions.find(this.#subsample);
    if ('outcome' in direction) return direction;
    const plan = this.#plan(direction);
    if ('outcome' in plan) return plan;
    this.#sweeps++;
    return this.#descend(value, plan);
  }

  /** Where to go: along the direction and the last step; where the direction leads uphill, layer by layer instead. */
  #plan(direction: Direction): Plan | Failure {
    const measure = (directions: readonly Direction[]): StepModel | Failure =>
      this.#modeller.model(directions, this.#subsample, this.#reach);
    const directions = this.#last === undefined ? [direction] : [direction, this.#last];
    const model = measure(directions);
    if ('outcome' in model) return model;
    if (model.slopes[0]! > 0) return { directions, model };
    const layers = apart(direction, (one) => measure([one]), this.#damping);
    if (layers === undefined) return { directions, model };
    if ('outcome' in layers) return layers;
    const again = measure([layers]);
    return 'outcome' in again ? again : { directions: [layers], model: again };
  }

  /** $F$ at the start, or where a run was taken up again. The ridge of the outputs is chosen by the first fit. */
  #begin(): number | Failure {
    const value = this.#objective.evaluate();
    const { options, outputRidge } = this.#parts;
    if (typeof value !== 'number' || this.#sweeps > 0 || options.ridgeOutput !== 'auto') return value;
    outputRidge.settle(this.#objective.noiseToSignal());
    return this.#objective.refit();
  }

  /** Hidden layers are damped the more, the less of the first objective is left. */
  #adaptRidge(left: number): void {
    if (!this.#parts.hiddenRidge.follow(left)) return;
    for (const group of this.#parts.groups) if (!group.output) group.forgetFactor();
  }

  /** Goes along the model's step, a quarter as far where the objective rises, and so on; stays where nothing helps. */
  #descend(before: number, { directions, model }: Plan): SweepReport | Failure {
    const start = this.#parts.network.copyWeights();
    const step = solveStep(model, this.#damping);
    // A gain below the rounding errors of the objective is none: a stationary point.
    if (step.gain <= epsilonOf(this.#parts.network.precision) * before * this.#subsample.size) {
      return this.#report(step, 0, 0);
    }
    let part = 1;
    for (let attempt = 1; attempt <= mostAttempts; attempt++, part /= 4) {
      const moved = this.#move(start, directions, step, part);
      const value = this.#objective.evaluate();
      if (typeof value !== 'number') return value;
      if (attempt === 1) this.#trust((before - value) / (step.gain / this.#subsample.size));
      if (value > before) continue;
      this.#value = value;
      this.#last = this.#parts.options.momentum ? moved : undefined;
      this.#reach = Math.min(this.#reach * 2, secantReach);
      return this.#report(step, part, attempt);
    }
    this.#parts.network.setWeights(start);
    this.#last = undefined;
    // Over a shorter way fewer units change sides: the slope comes closer to that of the objective.
    this.#reach = Math.max(this.#reach / 10, leastReach);
    const value = this.#objective.evaluate();
    if (typeof value !== 'number') return value;
    this.#value = value;
    return this.#report(step, 0, mostAttempts);
  }

  #trust(ratio: number): void {
    if (ratio > trust.good) this.#damping = Math.max(this.#damping / trust.down, trust.least);
    else if (!(ratio >= trust.bad)) this.#damping = Math.min(this.#damping * trust.up, trust.most);
  }

  /** Sets the weights to `start` plus a part of the step, which is returned. */
  #move(start: readonly Real[], directions: readonly Direction[], { lengths }: Step, part: number): Direction {
    return this.#parts.network.weights.map((weights, group) => {
      if (directions[0]![group] === undefined) return undefined;
      const step = weights.slice().fill(0);
      directions.forEach((direction, i) => {
        const moved = direction[group]!;
        const length = lengths[i]! * part;
        for (let k = 0; k < step.length; k++) step[k]! += length * moved[k]!;
      });
      for (let k = 0; k < step.length; k++) weights[k] = start[group]![k]! + step[k]!;
      return step;
    });
  }

  #report({ lengths }: Step, part: number, attempts: number): SweepReport {
    const residuals = this.#parts.network.graph.nodes.map((node) => {
      const { linear, activation } = this.#directions.relaxation(node);
      return { node: node.name, linear, ...(node.head.kind === 'hidden' && { activation }) };
    });
    const measures = {
      step: lengths[0]! * part,
      momentum: (lengths[1] ?? 0) * part,
      damping: this.#damping,
      attempts,
      ridge: this.#parts.hiddenRidge.relative(),
      ridgeOutput: this.#parts.outputRidge.relative,
    };
    return { objective: this.#value!, residuals, measures, notes: [] };
  }
}
