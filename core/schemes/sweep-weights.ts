import type { Block } from '../block.ts';
import type { WeightGroup } from '../graph.ts';
import type { WeightOptions } from '../layer-solver.ts';
import type { Network } from '../network.ts';
import type { NodeInput } from '../node-input.ts';
import type { Failure } from '../outcome.ts';
import type { SchemeServices } from '../scheme.ts';
import { GroupWeights } from './group-weights.ts';
import type { NodeStep, Schedule, WeightStep } from './schedule.ts';
import type { SplitState, TileState } from './split-state.ts';

/** The weight solves of a schedule, and the statistics that they need. */
export class SweepWeights {
  readonly #network: Network;
  readonly #schedule: Schedule;
  readonly #inputs: readonly NodeInput[];
  readonly #groups: readonly GroupWeights[];

  /**
   * @param inputs - Readers of every node's input, by `node.index`.
   * @param optionsOf - What the weights of a group are solved with.
   */
  constructor(
    network: Network,
    schedule: Schedule,
    inputs: readonly NodeInput[],
    optionsOf: (group: WeightGroup) => WeightOptions,
    services: SchemeServices,
  ) {
    this.#network = network;
    this.#schedule = schedule;
    this.#inputs = inputs;
    this.#groups = network.graph.groups.map((group) => new GroupWeights(group, optionsOf(group), services));
  }

  /**
   * Forgets everything gathered, then gathers constant inputs, once for all sweeps, and the statistics that the first sweep
   * would have from the sweep before. Node by node, as in a sweep, so that a restored run adds up in the same order.
   */
  gatherInitial(state: SplitState): void {
    for (const group of this.#groups) group.clear();
    for (const node of this.#network.graph.nodes) {
      const group = this.#groups[node.group.index]!;
      const input = this.#inputs[node.index]!;
      if (!group.inputsChange) state.forEach(({ x }, tile) => group.gatherInputs(input, x, tile));
    }
    for (const node of this.#schedule.initial) {
      const group = this.#groups[node.group.index]!;
      const input = this.#inputs[node.index]!;
      state.forEach(({ x }, tile) => group.gather(node.index, input, x, tile));
    }
  }

  /** Adds one tile to the statistics that are complete once the step is done. */
  gather({ gathers }: NodeStep, x: Block, state: TileState): void {
    for (const due of gathers) this.#groups[due.group.index]!.gather(due.index, this.#inputs[due.index]!, x, state);
  }

  /** Solves the weights of one group from the sums over all ranks; see {@link GroupWeights.solve} for `anchor`. */
  solve({ group }: WeightStep, notes: string[], anchor = 0): Failure | undefined {
    const solved = this.#groups[group.index]!.solve(this.#network.weights[group.index]!, anchor);
    if (typeof solved !== 'string') return solved;
    if (solved !== 'none')
      notes.push(`The Gram matrix of weights "${group.name}" is rank-deficient: used a ${solved}.`);
    return undefined;
  }
}
