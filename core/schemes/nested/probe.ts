import type { Block, Real } from '../../block.ts';
import type { OutputNode } from '../../graph.ts';
import { Network } from '../../network.ts';
import type { TileBuffers } from '../../tile-buffer.ts';
import type { Direction } from './directions.ts';
import { FeasiblePass } from './feasible-pass.ts';
import type { GroupStatistics } from './group-statistics.ts';

/** Length of a secant, relative to the length of the weights: far above the rounding errors of f32. */
export const secantReach = 0.01;

/** By `group.index`; there for exact outputs alone. */
type ExactStatistics = readonly (GroupStatistics | undefined)[];

/** The network moved a little along one direction. */
export class Probe {
  /** The network where it was moved to. */
  readonly pass: FeasiblePass;
  /** Input statistics there. */
  readonly moved: ExactStatistics;
  /** Target statistics of the secants, over the inputs where the network was. */
  readonly secants: ExactStatistics;
  readonly #network: Network;
  #length = 0;

  constructor(network: Network, buffers: TileBuffers, make: () => ExactStatistics) {
    this.#network = new Network(network.graph, network.precision);
    this.pass = new FeasiblePass(this.#network, buffers);
    this.moved = make();
    this.secants = make();
  }

  /** $\varepsilon$, how far along the direction. */
  get length(): number {
    return this.#length;
  }

  /**
   * Moves on from these weights.
   *
   * @param reach - How far, relative to the length of the weights. Default: {@link secantReach}.
   */
  move(from: readonly Real[], direction: Direction, reach = secantReach): void {
    const norm = (vectors: Direction): number =>
      Math.sqrt(vectors.reduce((sum, vector, group) => sum + (direction[group] ? squared(vector!) : 0), 0));
    this.#length = (reach * (norm(from) || 1)) / (norm(direction) || 1);
    this.#network.weights.forEach((target, group) => {
      const start = from[group]!;
      const moved = direction[group];
      target.set(start);
      if (moved !== undefined) for (let i = 0; i < target.length; i++) target[i]! += this.#length * moved[i]!;
    });
    for (const statistics of [...this.moved, ...this.secants]) {
      statistics?.clearInputs();
      statistics?.targets.fill(0);
    }
  }

  /** $u = (f(W + \varepsilon D) - f(W)) / \varepsilon$ of an output node, from `base` = $f(W)$; gathers the statistics. */
  secant(node: OutputNode, x: Block, base: Block, input: Block): Block {
    const { index } = node.group;
    this.moved[index]?.addInputs(this.pass.input(node, x));
    const u = this.pass.output(node, x);
    for (let i = 0; i < u.data.length; i++) u.data[i] = (u.data[i]! - base.data[i]!) / this.#length;
    this.secants[index]?.addTargets(input, u);
    return u;
  }
}

function squared(vector: Real): number {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += vector[i]! * vector[i]!;
  return sum;
}
