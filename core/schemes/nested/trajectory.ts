import { zeros, type Real } from '../../block.ts';
import type { Network } from '../../network.ts';

/** Part of the last step that the next one begins with. */
export const momentum = 0.9;

/** Chunks that the averaged weights look back on, as a part of all so far: the later ones are better. */
const averaged = 6;

/**
 * The weights on their way with their momentum and their average. The network holds them as far ahead as the momentum leads,
 * $W + \mu V$ (Nesterov 1983): there the next direction is found.
 */
export class Trajectory {
  /** The last step, by `group.index`. */
  readonly momentum: readonly Real[];
  /** Average of the weights, by `group.index`: it is nearer the minimum than they are, because their noise cancels. */
  readonly average: readonly Real[];
  /** Steps taken. */
  steps = 0;
  readonly #network: Network;

  constructor(network: Network) {
    const { graph, precision } = network;
    this.#network = network;
    this.momentum = graph.groups.map(({ layer }) => zeros(precision, layer.weights));
    this.average = network.copyWeights();
  }

  /** Goes along the directions, `lengths[group]` far, and on as far as the momentum leads; takes the weights into the average. */
  step(directions: readonly Real[], lengths: readonly number[]): void {
    this.steps++;
    const part = Math.min(1, averaged / this.steps);
    const { weights } = this.#network;
    for (let group = 0; group < weights.length; group++) {
      advance(lengths[group]!, directions[group]!, part, this.momentum[group]!, weights[group]!, this.average[group]!);
    }
  }
}

/** $V \leftarrow \mu V + \alpha D$, $W \leftarrow W + \alpha D + \mu V$, and a part of it into the average: one pass over all of them. */
function advance(length: number, direction: Real, part: number, last: Real, weights: Real, average: Real): void {
  for (let i = 0; i < last.length; i++) {
    const moved = length * direction[i]!;
    const step = momentum * last[i]! + moved;
    const next = weights[i]! + moved + momentum * step;
    last[i] = step;
    weights[i] = next;
    average[i]! += part * (next - average[i]!);
  }
}
