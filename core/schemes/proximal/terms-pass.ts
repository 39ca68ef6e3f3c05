import type { Block } from '../../block.ts';
import { targetReader, type TargetReader } from '../../evaluate.ts';
import { isOutput } from '../../graph.ts';
import type { Network } from '../../network.ts';
import type { NodeInput } from '../../node-input.ts';
import { RightDecisions } from '../../right-decisions.ts';
import type { TileBuffer, TileBuffers } from '../../tile-buffer.ts';
import { squaredDistance, type ConstraintSums } from '../constraint-sums.ts';
import type { TileState } from '../split-state.ts';

/** What only output nodes are asked for. */
interface Judge {
  readonly target: TargetReader;
  readonly decisions: RightDecisions;
}

/** The terms of the objective with all blocks as they are now, which is what a statement about descent needs. */
export class TermsPass {
  readonly #network: Network;
  readonly #inputs: readonly NodeInput[];
  readonly #linear: readonly TileBuffer[];
  readonly #activated: readonly TileBuffer[];
  readonly #judges: readonly (Judge | undefined)[];

  /** @param inputs - Readers of every node's input, by `node.index`. */
  constructor(network: Network, inputs: readonly NodeInput[], buffers: TileBuffers) {
    const { nodes, targets } = network.graph;
    this.#network = network;
    this.#inputs = inputs;
    this.#linear = nodes.map(({ layer }) => buffers.make(layer.outputs));
    this.#activated = nodes.map((node) => buffers.make(isOutput(node) ? 0 : node.size));
    this.#judges = nodes.map((node) => {
      if (!isOutput(node)) return undefined;
      const decisions = new RightDecisions(node.head.loss, buffers.rows);
      return { target: targetReader(node, targets, buffers), decisions };
    });
  }

  /** Adds the terms of every node on one tile to `sums`, by `node.index`. */
  add(x: Block, y: Block, state: TileState, sums: readonly ConstraintSums[]): void {
    for (const { index, head, layer, group } of this.#network.graph.nodes) {
      const z = state.z[index]!;
      const m = this.#linear[index]!(z.rows);
      const own = sums[index]!;
      layer.apply(this.#network.weights[group.index]!, this.#inputs[index]!(x, state.activations), m);
      own.rows += z.rows;
      own.linear += squaredDistance(z.data, m.data);
      if (head.kind === 'hidden') {
        const h = this.#activated[index]!(z.rows);
        head.activation.apply(z.data, h.data);
        own.activation += squaredDistance(state.activations[index]!.data, h.data);
      } else {
        const { target, decisions } = this.#judges[index]!;
        const wanted = target(x, y);
        own.loss += head.loss.loss(z, wanted);
        own.right = (own.right ?? 0) + decisions.count(z, wanted);
      }
    }
  }
}
