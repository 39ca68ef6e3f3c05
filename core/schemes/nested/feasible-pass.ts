import type { Block } from '../../block.ts';
import { isOutput, type Node } from '../../graph.ts';
import type { Network } from '../../network.ts';
import { nodeInput, type NodeInput } from '../../node-input.ts';
import type { TileBuffer, TileBuffers } from '../../tile-buffer.ts';

/** What the forward network computes on one tile: $z = W a'$ and $a = h(z)$ of every node, so that no constraint is broken. */
export class FeasiblePass {
  /** $z$ of the tile at hand, by `node.index`; of output nodes once {@link output} is called. */
  readonly z: Block[] = [];
  /** $a$ of the hidden nodes on the tile at hand, by `node.index`. */
  readonly activations: Block[] = [];
  readonly #network: Network;
  readonly #inputs: readonly NodeInput[];
  readonly #linear: readonly TileBuffer[];
  readonly #activated: readonly TileBuffer[];

  constructor(network: Network, buffers: TileBuffers) {
    const { nodes, inputs } = network.graph;
    this.#network = network;
    this.#inputs = nodes.map((node) => nodeInput(node, inputs, buffers));
    this.#linear = nodes.map((node) => buffers.make(node.layer.outputs));
    this.#activated = nodes.map((node) => buffers.make(isOutput(node) ? 0 : node.size));
  }

  /**
   * Runs the hidden nodes on data rows `x`.
   *
   * @param kept - Where $z$ of the tile is to be kept, by `node.index`. Default: work space, valid until the next call.
   * @param known - Whether `kept` holds $z$ already.
   */
  hidden(x: Block, kept?: readonly Block[], known = false): void {
    for (const node of this.#network.graph.nodes) {
      if (node.head.kind !== 'hidden') continue;
      const z = this.#linearOf(node, x, kept?.[node.index], known);
      this.z[node.index] = z;
      const a = this.#activated[node.index]!(z.rows);
      node.head.activation.apply(z.data, a.data);
      this.activations[node.index] = a;
    }
  }

  /** $z$ of an output node; after {@link hidden} of the same tile. */
  output(node: Node, x: Block): Block {
    const z = this.#linearOf(node, x);
    this.z[node.index] = z;
    return z;
  }

  /** What a node reads on the tile at hand. */
  input(node: Node, x: Block): Block {
    return this.#inputs[node.index]!(x, this.activations);
  }

  #linearOf(node: Node, x: Block, kept?: Block, known = false): Block {
    if (kept !== undefined && known) return kept;
    const input = this.input(node, x);
    const z = kept ?? this.#linear[node.index]!(input.rows);
    node.layer.apply(this.#network.weightsOf(node), input, z);
    return z;
  }
}
