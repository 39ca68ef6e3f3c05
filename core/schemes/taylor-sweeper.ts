import { isOutput, type HiddenNode } from '../graph.ts';
import type { Network } from '../network.ts';
import { nodeInput } from '../node-input.ts';
import type { Failure } from '../outcome.ts';
import { ridge } from '../ridge.ts';
import type { SchemeServices, Snapshot, Sweeper, SweepReport } from '../scheme.ts';
import type { Advice } from '../symptom.ts';
import { TileBuffers } from '../tile-buffer.ts';
import { noSums, type ConstraintSums } from './constraint-sums.ts';
import { HiddenUpdate } from './hidden-update.ts';
import { initialiseWeights } from './initialise-weights.ts';
import { OutputUpdate } from './output-update.ts';
import { betaOf, scaled, type Penalties } from './penalties.ts';
import { planSweep, type NodeStep, type Schedule, type WeightStep } from './schedule.ts';
import { SplitState } from './split-state.ts';
import { reportSweep, sumTerms } from './sweep-terms.ts';
import { SweepWeights } from './sweep-weights.ts';
import { taylorAdvice } from './taylor-advice.ts';
import type { TaylorOptions } from './taylor.ts';

const multiplierSteps = { printed: 1, exact: 2, none: 0 } as const;

/** Algorithm 1 at work on one rank's samples. */
export class TaylorSweeper implements Sweeper {
  /** The blocks $a$, $z$, $\lambda$ of this rank. */
  readonly state: SplitState;
  /** What a sweep does, in order. */
  readonly schedule: Schedule;
  /** What helps under these options. */
  readonly advice: Advice;
  readonly #network: Network;
  readonly #options: TaylorOptions;
  readonly #services: SchemeServices;
  readonly #weights: SweepWeights;
  readonly #hidden: readonly (HiddenUpdate | undefined)[];
  readonly #outputs: readonly (OutputUpdate | undefined)[];
  #penalties: Penalties;
  #sweeps = 0;

  constructor(network: Network, options: TaylorOptions, services: SchemeServices) {
    const { graph, precision } = network;
    const buffers = new TileBuffers(services.linearAlgebra, precision, services.shard);
    const weightOptions = { regulariser: ridge(options.ridge), precision };
    this.#network = network;
    this.#options = options;
    this.advice = taylorAdvice(options);
    this.#services = services;
    const { gamma, beta, betaOutput = beta } = options;
    this.#penalties = { gamma, beta, betaOutput };
    this.schedule = planSweep(graph, options.order);
    this.state = new SplitState(graph, services);
    const inputs = graph.nodes.map((node) => nodeInput(node, graph.inputs, buffers));
    this.#weights = new SweepWeights(network, this.schedule, inputs, () => weightOptions, services);
    this.#hidden = graph.nodes.map((node) =>
      isOutput(node) ? undefined : new HiddenUpdate(node as HiddenNode, network, inputs, buffers, services),
    );
    this.#outputs = graph.nodes.map((node) =>
      isOutput(node) ? new OutputUpdate(node, network, inputs[node.index]!, buffers) : undefined,
    );
    this.#start();
  }

  sweep(): SweepReport | Failure {
    const before = this.#network.copyWeights();
    const sums = this.#network.graph.nodes.map(noSums);
    const notes: string[] = [];
    for (const step of this.schedule.steps) {
      if (step.kind === 'node') {
        this.updateNode(step, sums);
        continue;
      }
      const failure = this.solveWeights(step, notes);
      if (failure !== undefined) return this.#undo(before, failure);
    }
    const terms = sumTerms(sums, this.#services);
    const report = reportSweep(terms, this.#network.graph, this.#penalties, this.#services.samples, notes);
    if ('outcome' in report) return this.#undo(before, report);
    this.#sweeps++;
    this.#penalties = scaled(this.#penalties, this.#options.growth);
    return report;
  }

  /** $W \leftarrow z a^+$ for one weight group, from the sums over all ranks. */
  solveWeights(step: WeightStep, notes: string[]): Failure | undefined {
    return this.#weights.solve(step, notes);
  }

  /** One pass over the samples: $a$ and $z$ (or $z$ and $\lambda$) of one node, then the statistics due. */
  updateNode(step: NodeStep, sums: readonly ConstraintSums[]): void {
    const { node } = step;
    const { clock } = this.#services;
    const hidden = this.#hidden[node.index];
    const output = this.#outputs[node.index];
    const beta = betaOf(node, this.#penalties);
    clock.enter('inputs');
    hidden?.prepare(this.#penalties);
    this.state.forEach(({ x, y }, state) => {
      clock.enter('inputs');
      hidden?.updateInputs(x, state);
      clock.enter('activations');
      hidden?.updateActivation(x, state, sums[node.index]!);
      output?.update(x, y, beta, this.#multiplierStep(), state, sums[node.index]!);
      clock.enter('gather');
      this.#weights.gather(step, x, state);
    });
    clock.leave();
  }

  save(): Snapshot {
    return { values: { ...this.#penalties, sweeps: this.#sweeps }, arrays: this.state.save() };
  }

  restore({ values, arrays }: Snapshot): void {
    const { gamma, beta, betaOutput, sweeps } = values as unknown as Penalties & { sweeps: number };
    this.#penalties = { gamma, beta, betaOutput };
    this.#sweeps = sweeps;
    this.state.restore(arrays);
    this.#weights.gatherInitial(this.state);
  }

  #multiplierStep(): number {
    return this.#sweeps < this.#options.warmSweeps ? 0 : multiplierSteps[this.#options.multiplierStep];
  }

  #start(): void {
    if (this.#options.start === 'feasible') {
      initialiseWeights(this.#network, this.#services);
      this.state.startFeasible(this.#network, this.#services);
    } else {
      this.state.startGaussian(this.#services.random, 1);
    }
    this.#weights.gatherInitial(this.state);
  }

  #undo(weights: ReturnType<Network['copyWeights']>, failure: Failure): Failure {
    this.#network.setWeights(weights);
    return failure;
  }
}
