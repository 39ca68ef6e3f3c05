import {
  HiddenUpdate,
  isOutput,
  nodeInput,
  noSums,
  type ConstraintSums,
  OutputUpdate,
  reportSweep,
  ridge,
  SplitState,
  sumTerms,
  TileBuffers,
  type Failure,
  type HiddenNode,
  type Network,
  type NodeInput,
  type Penalties,
  type Scheme,
  type SchemeServices,
  type Snapshot,
  type Sweeper,
  type SweepReport,
  type WeightGroup,
} from 'nograd';
import { z } from 'zod';

const options = z.strictObject({
  penalty: z.number().positive().default(1).describe('Penalty of every constraint.'),
  ridge: z.number().min(0).default(1e-3).describe('Ridge of the weights, relative to the mean eigenvalue.'),
});

/** Options of the `alternating` scheme. */
type Options = z.output<typeof options>;

class AlternatingSweeper implements Sweeper {
  readonly #network: Network;
  readonly #options: Options;
  readonly #services: SchemeServices;
  readonly #penalties: Penalties;
  readonly #state: SplitState;
  readonly #inputs: readonly NodeInput[];
  readonly #updates: readonly (HiddenUpdate | OutputUpdate)[];

  constructor(network: Network, chosen: Options, services: SchemeServices) {
    const { graph, precision } = network;
    const buffers = new TileBuffers(services.linearAlgebra, precision, services.shard);
    this.#network = network;
    this.#options = chosen;
    this.#services = services;
    this.#penalties = { gamma: chosen.penalty, beta: chosen.penalty, betaOutput: chosen.penalty };
    this.#state = new SplitState(graph, services);
    this.#inputs = graph.nodes.map((node) => nodeInput(node, graph.inputs, buffers));
    this.#updates = graph.nodes.map((node) =>
      isOutput(node)
        ? new OutputUpdate(node, network, this.#inputs[node.index]!, buffers)
        : new HiddenUpdate(node as HiddenNode, network, this.#inputs, buffers, services),
    );
    for (const { index, name, layer } of graph.groups) {
      layer.initialise(services.initialiser, services.random.child(name), network.weights[index]!);
    }
    this.#state.startFeasible(network, services);
  }

  /** From the output back: every node's a and z, then all weights. */
  sweep(): SweepReport | Failure {
    const { graph } = this.#network;
    const before = this.#network.copyWeights();
    const sums = graph.nodes.map(noSums);
    for (const { index } of graph.nodes.slice().reverse()) this.#updateBlocks(this.#updates[index]!, sums[index]!);
    const notes: string[] = [];
    for (const group of graph.groups) {
      const failure = this.#solveWeights(group, notes);
      if (failure !== undefined) return this.#undo(before, failure);
    }
    const { samples } = this.#services;
    const report = reportSweep(sumTerms(sums, this.#services), graph, this.#penalties, samples, notes);
    return 'outcome' in report ? this.#undo(before, report) : report;
  }

  save(): Snapshot {
    const arrays: Record<string, Float32Array | Float64Array> = {};
    this.#eachArray((name, data) => (arrays[name] = data.slice()));
    return { values: {}, arrays };
  }

  restore({ arrays }: Snapshot): void {
    this.#eachArray((name, data) => data.set(arrays[name]!));
  }

  #updateBlocks(update: HiddenUpdate | OutputUpdate, sums: ConstraintSums): void {
    if (update instanceof OutputUpdate) {
      this.#state.forEach(({ x, y }, state) => update.update(x, y, this.#penalties.betaOutput, 0, state, sums));
      return;
    }
    update.prepare(this.#penalties);
    this.#state.forEach(({ x }, state) => {
      update.updateInputs(x, state);
      update.updateActivation(x, state, sums);
    });
  }

  #solveWeights({ layer, members, index, name }: WeightGroup, notes: string[]): Failure | undefined {
    const statistics = new Float64Array(layer.statistics);
    for (const member of members) {
      this.#state.forEach(({ x }, state) => {
        const a = this.#inputs[member.index]!(x, state.activations);
        layer.gatherInputs(a, statistics);
        layer.gatherTargets(a, state.z[member.index]!, statistics);
      });
    }
    this.#services.consensus.sum(statistics);
    const regulariser = ridge(this.#options.ridge);
    const solver = layer.prepareWeights(statistics, { regulariser, precision: this.#network.precision });
    if ('outcome' in solver) return solver;
    if (solver.remedy !== 'none') notes.push(`Weights "${name}" needed a ${solver.remedy}.`);
    solver.solve(statistics, this.#network.weights[index]!);
    return undefined;
  }

  #undo(weights: ReturnType<Network['copyWeights']>, failure: Failure): Failure {
    this.#network.setWeights(weights);
    return failure;
  }

  #eachArray(visit: (name: string, data: Float32Array | Float64Array) => void): void {
    this.#state.tiles.forEach(({ activations, z }, tile) => {
      activations.forEach(({ data }, node) => visit(`${tile}/a/${node}`, data));
      z.forEach(({ data }, node) => visit(`${tile}/z/${node}`, data));
    });
  }
}

/**
 * Plain alternating minimisation of the quadratic penalty (Carreira-Perpinan and Wang 2014), without multipliers: from a
 * feasible start, all a and z from the output back, then all weights.
 */
export const alternating: Scheme<Options> = {
  name: 'alternating',
  options,
  initialiser: () => 'he',
  start: (network, chosen, services) => new AlternatingSweeper(network, chosen, services),
};
