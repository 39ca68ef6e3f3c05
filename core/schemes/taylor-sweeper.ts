import { isOutput, type HiddenNode } from '../graph.ts';
import type { Network } from '../network.ts';
import { nodeInput, type NodeInput } from '../node-input.ts';
import type { Failure } from '../outcome.ts';
import { ridge } from '../ridge.ts';
import type { SchemeServices, Snapshot, Sweeper, SweepReport } from '../scheme.ts';
import { TileBuffers } from '../tile-buffer.ts';
import type { ConstraintSums } from './constraint-sums.ts';
import { GroupWeights } from './group-weights.ts';
import { HiddenUpdate } from './hidden-update.ts';
import { OutputUpdate } from './output-update.ts';
import { betaOf, scaled, type Penalties } from './penalties.ts';
import { planSweep, type NodeStep, type Schedule, type WeightStep } from './schedule.ts';
import { SplitState } from './split-state.ts';
import { reportSweep, sumTerms } from './sweep-terms.ts';
import type { TaylorOptions } from './taylor.ts';

const multiplierSteps = { printed: 1, exact: 2 } as const;

/** Algorithm 1 at work on one rank's samples. */
export class TaylorSweeper implements Sweeper {
  /** The blocks $a$, $z$, $\lambda$ of this rank. */
  readonly state: SplitState;
  /** What a sweep does, in order. */
  readonly schedule: Schedule;
  readonly #network: Network;
  readonly #options: TaylorOptions;
  readonly #services: SchemeServices;
  readonly #inputs: readonly NodeInput[];
  readonly #groups: readonly GroupWeights[];
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
    this.#services = services;
    const { gamma, beta, betaOutput = beta } = options;
    this.#penalties = { gamma, beta, betaOutput };
    this.schedule = planSweep(graph, options.order);
    this.state = new SplitState(graph, services);
    this.#inputs = graph.nodes.map((node) => nodeInput(node, graph.inputs, buffers));
    this.#groups = graph.groups.map((group) => new GroupWeights(group, weightOptions, services));
    this.#hidden = graph.nodes.map((node) =>
      isOutput(node) ? undefined : new HiddenUpdate(node as HiddenNode, network, this.#inputs, buffers, services),
    );
    this.#outputs = graph.nodes.map((node) =>
      isOutput(node) ? new OutputUpdate(node, network, this.#inputs[node.index]!, buffers) : undefined,
    );
    this.#start();
  }

  sweep(): SweepReport | Failure {
    const before = this.#network.copyWeights();
    const sums = this.#network.graph.nodes.map((): ConstraintSums => {
      return { linear: 0, activation: 0, loss: 0, multiplier: 0 };
    });
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
  solveWeights({ group }: WeightStep, notes: string[]): Failure | undefined {
    const solved = this.#groups[group.index]!.solve(this.#network.weights[group.index]!);
    if (typeof solved !== 'string') return solved;
    if (solved !== 'none')
      notes.push(`The Gram matrix of weights "${group.name}" is rank-deficient: used a ${solved}.`);
    return undefined;
  }

  /** One pass over the samples: $a$ and $z$ (or $z$ and $\lambda$) of one node, then the statistics due. */
  updateNode({ node, gathers }: NodeStep, sums: readonly ConstraintSums[]): void {
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
      for (const due of gathers) {
        this.#groups[due.group.index]!.gather(due.index, this.#inputs[due.index]!, x, state);
      }
    });
    clock.leave();
  }

  save(): Snapshot {
    const arrays: Record<string, Float32Array | Float64Array> = {};
    this.#eachBlock((name, data) => (arrays[name] = data.slice()));
    return { values: { ...this.#penalties, sweeps: this.#sweeps }, arrays };
  }

  restore({ values, arrays }: Snapshot): void {
    const { gamma, beta, betaOutput, sweeps } = values as unknown as Penalties & { sweeps: number };
    this.#penalties = { gamma, beta, betaOutput };
    this.#sweeps = sweeps;
    this.#eachBlock((name, data) => data.set(arrays[name]!));
    for (const group of this.#groups) group.clear();
    this.#gatherInitial();
  }

  #multiplierStep(): number {
    return this.#sweeps < this.#options.warmSweeps ? 0 : multiplierSteps[this.#options.multiplierStep];
  }

  #start(): void {
    const { initialiser, random } = this.#services;
    if (this.#options.start === 'feasible') {
      for (const { index, name, layer } of this.#network.graph.groups) {
        layer.initialise(initialiser, random.child(`weights/${name}`), this.#network.weights[index]!);
      }
      this.state.startFeasible(this.#network, this.#services);
    } else {
      this.state.startGaussian(random, 1);
    }
    this.#gatherInitial();
  }

  /**
   * Constant inputs, once for all sweeps, and the statistics that the first sweep would have from the sweep before. Node by
   * node, as in a sweep, so that a restored run adds up in the same order.
   */
  #gatherInitial(): void {
    for (const node of this.#network.graph.nodes) {
      const group = this.#groups[node.group.index]!;
      const input = this.#inputs[node.index]!;
      if (!group.inputsChange) this.state.forEach(({ x }, state) => group.gatherInputs(input, x, state));
    }
    for (const node of this.schedule.initial) {
      const group = this.#groups[node.group.index]!;
      const input = this.#inputs[node.index]!;
      this.state.forEach(({ x }, state) => group.gather(node.index, input, x, state));
    }
  }

  #undo(weights: ReturnType<Network['copyWeights']>, failure: Failure): Failure {
    this.#network.setWeights(weights);
    return failure;
  }

  #eachBlock(visit: (name: string, data: Float32Array | Float64Array) => void): void {
    this.state.tiles.forEach((tile, index) => {
      for (const kind of ['activations', 'z', 'multipliers'] as const) {
        tile[kind].forEach(({ data }, node) => visit(`${index}/${kind}/${node}`, data));
      }
    });
  }
}
