import { zeros, type Real } from '../../block.ts';
import type { Network } from '../../network.ts';

/** Part of the last step that the next one begins with. */
export const momentum = 0.9;

/** Chunks that the averaged weights look back on, as a part of all so far: the later ones are better. */
const averaged = 6;

/** The weights on their way, in the network itself, with their momentum and their average. */
export class Trajectory {
  /** The last step, by `group.index`. */
  readonly momentum: readonly Real[];
  /** Average of the weights, by `group.index`: it is nearer the minimum than they are, because their noise cancels. */
  readonly average: readonly Real[];
  /** Steps taken. */
  steps = 0;
  readonly #network: Network;
  readonly #longest: number;

  /** @param longest - Most steps that the average looks back on. */
  constructor(network: Network, longest: number) {
    const { graph, precision } = network;
    this.#network = network;
    this.#longest = longest;
    this.momentum = graph.groups.map(({ layer }) => zeros(precision, layer.weights));
    this.average = network.copyWeights();
  }

  /** Goes on as far as the momentum leads (Nesterov 1983): there the next direction is found. */
  lookAhead(): void {
    const { weights } = this.#network;
    for (let group = 0; group < weights.length; group++) coast(this.momentum[group]!, weights[group]!);
  }

  /** Goes along the directions, `lengths[group]` far, after {@link lookAhead}; takes the weights into the average. */
  step(directions: readonly Real[], lengths: readonly number[]): void {
    this.steps++;
    const part = Math.min(1, Math.max(1 / this.#longest, averaged / this.steps));
    const { weights } = this.#network;
    for (let group = 0; group < weights.length; group++) {
      advance(lengths[group]!, directions[group]!, this.momentum[group]!, weights[group]!);
      approach(weights[group]!, part, this.average[group]!);
    }
  }
}

function coast(last: Real, weights: Real): void {
  for (let i = 0; i < last.length; i++) {
    const moved = momentum * last[i]!;
    last[i] = moved;
    weights[i]! += moved;
  }
}

function advance(length: number, direction: Real, last: Real, weights: Real): void {
  for (let i = 0; i < last.length; i++) {
    const moved = length * direction[i]!;
    last[i]! += moved;
    weights[i]! += moved;
  }
}

function approach(weights: Real, part: number, average: Real): void {
  for (let i = 0; i < average.length; i++) {
    const from = average[i]!;
    average[i] = from + part * (weights[i]! - from);
  }
}
