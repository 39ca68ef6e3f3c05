import { isOutput, type HiddenNode, type WeightGroup } from '../../graph.ts';
import type { Network } from '../../network.ts';
import { nodeInput } from '../../node-input.ts';
import type { Failure } from '../../outcome.ts';
import { ridge } from '../../ridge.ts';
import type { SchemeServices, Snapshot, Sweeper, SweepReport } from '../../scheme.ts';
import { TileBuffers } from '../../tile-buffer.ts';
import { noSums } from '../constraint-sums.ts';
import { initialiseWeights } from '../initialise-weights.ts';
import { betaOf, type Penalties } from '../penalties.ts';
import { planSweep, type NodeStep, type Schedule, type WeightStep } from '../schedule.ts';
import { SplitState } from '../split-state.ts';
import { reportSweep, sumTerms } from '../sweep-terms.ts';
import { SweepWeights } from '../sweep-weights.ts';
import { FixedRidge } from './fixed-ridge.ts';
import { ProximalHidden } from './proximal-hidden.ts';
import { ProximalOutput } from './proximal-output.ts';
import type { ProximalOptions } from './proximal.ts';
import { TermsPass } from './terms-pass.ts';

/** The proximal scheme at work on one rank's samples. */
export class ProximalSweeper implements Sweeper {
  /** The blocks $a$ and $z$ of this rank. */
  readonly state: SplitState;
  /** What a sweep does, in order. */
  readonly schedule: Schedule;
  readonly #network: Network;
  readonly #services: SchemeServices;
  readonly #penalties: Penalties;
  /** Of every weight group: ridge and proximal penalty together. */
  readonly #ridges: readonly FixedRidge[];
  /** Share of it that is proximal. */
  readonly #anchor: number;
  readonly #weights: SweepWeights;
  readonly #updates: readonly (ProximalHidden | ProximalOutput)[];
  readonly #terms: TermsPass;

  constructor(network: Network, options: ProximalOptions, services: SchemeServices) {
    const { graph, precision } = network;
    const { alpha, alphaWeights } = options;
    const pull = options.ridge + alphaWeights;
    const buffers = new TileBuffers(services.linearAlgebra, precision, services.shard);
    const inputs = graph.nodes.map((node) => nodeInput(node, graph.inputs, buffers));
    const penalties = { gamma: options.gamma, beta: options.beta, betaOutput: options.betaOutput };
    this.#network = network;
    this.#services = services;
    this.#penalties = penalties;
    this.#ridges = graph.groups.map(() => new FixedRidge(ridge(pull)));
    this.#anchor = pull === 0 ? 0 : alphaWeights / pull;
    this.schedule = planSweep(graph, 'backward');
    this.state = new SplitState(graph, services);
    const weightOptions = ({ index }: WeightGroup) => ({ regulariser: this.#ridges[index]!, precision });
    this.#weights = new SweepWeights(network, this.schedule, inputs, weightOptions, services);
    this.#updates = graph.nodes.map((node) => {
      if (!isOutput(node)) {
        return new ProximalHidden(node as HiddenNode, network, inputs, { penalties, alpha }, buffers, services);
      }
      return new ProximalOutput(node, network, inputs[node.index]!, { beta: options.betaOutput, alpha }, buffers);
    });
    this.#terms = new TermsPass(network, inputs, buffers);
    initialiseWeights(network, services);
    this.state.startFeasible(network, services);
    this.#weights.gatherInitial(this.state);
  }

  sweep(): SweepReport | Failure {
    const before = this.#network.copyWeights();
    const report = this.#sweep();
    if ('outcome' in report) this.#network.setWeights(before);
    return report;
  }

  /** $W$ = argmin $|z - W a|^2 + r |W|^2 + \alpha_W |W - W_\text{old}|^2$ for one weight group, from the sums over all ranks. */
  solveWeights(step: WeightStep, notes: string[]): Failure | undefined {
    return this.#weights.solve(step, notes, this.#anchor);
  }

  /** One pass over the samples: $a$ and $z$ (or $z$ alone) of one node, then the statistics due. */
  updateNode(step: NodeStep): void {
    const { clock } = this.#services;
    const update = this.#updates[step.node.index]!;
    const hidden = update instanceof ProximalHidden ? update : undefined;
    const output = update instanceof ProximalOutput ? update : undefined;
    clock.enter('inputs');
    hidden?.prepare();
    this.state.forEach(({ x, y }, state) => {
      clock.enter('inputs');
      hidden?.updateInputs(x, state);
      clock.enter('activations');
      hidden?.updateActivation(x, state);
      output?.update(x, y, state);
      clock.enter('gather');
      this.#weights.gather(step, x, state);
    });
    clock.leave();
  }

  save(): Snapshot {
    const ridges = this.#ridges.map(({ value }, group) => [`ridge/${group}`, value] as const);
    return { values: Object.fromEntries(ridges), arrays: this.state.save() };
  }

  restore({ values, arrays }: Snapshot): void {
    this.#ridges.forEach((each, group) => (each.value = values[`ridge/${group}`]!));
    this.state.restore(arrays);
    this.#weights.gatherInitial(this.state);
  }

  #sweep(): SweepReport | Failure {
    const notes: string[] = [];
    for (const step of this.schedule.steps) {
      if (step.kind === 'node') {
        this.updateNode(step);
        continue;
      }
      const failure = this.solveWeights(step, notes);
      if (failure !== undefined) return failure;
    }
    return this.#report(notes);
  }

  /** The objective with its ridge, of all blocks as the sweep leaves them. */
  #report(notes: readonly string[]): SweepReport | Failure {
    const { graph } = this.#network;
    const { clock, samples } = this.#services;
    const sums = graph.nodes.map(noSums);
    clock.enter('activations');
    this.state.forEach(({ x, y }, state) => this.#terms.add(x, y, state, sums));
    const report = reportSweep(sumTerms(sums, this.#services), graph, this.#penalties, samples, notes);
    if ('outcome' in report) return report;
    const ridge = this.#ridgeTerm() / samples;
    return { ...report, objective: report.objective + ridge, measures: { ...report.measures, ridge } };
  }

  /** $\sum \beta r |W|^2$ over the weight groups, biases exempt. */
  #ridgeTerm(): number {
    let sum = 0;
    for (const { index, layer, members } of this.#network.graph.groups) {
      const strength = betaOf(members[0]!, this.#penalties) * (1 - this.#anchor) * this.#ridges[index]!.value;
      const weights = this.#network.weights[index]!;
      for (let i = 0; i < weights.length - (layer.biases ?? 0); i++) sum += strength * weights[i]! ** 2;
    }
    return sum;
  }
}
