import type { Block } from './block.ts';
import type { Node } from './graph.ts';
import type { Network } from './network.ts';
import { nodeInput, type NodeInput } from './node-input.ts';
import type { TileBuffer, TileBuffers } from './tile-buffer.ts';

/** The deployed network: $a = h(W a' + b)$ node after node, on one tile at a time. */
export class ForwardPass {
  readonly #network: Network;
  readonly #inputs: readonly NodeInput[];
  readonly #buffers: readonly TileBuffer[];
  readonly #activated: readonly (TileBuffer | undefined)[];
  readonly #results: Block[] = [];

  constructor(network: Network, buffers: TileBuffers) {
    const { nodes, inputs } = network.graph;
    this.#network = network;
    this.#inputs = nodes.map((node) => nodeInput(node, inputs, buffers));
    this.#buffers = nodes.map((node) => buffers.make(node.layer.outputs));
    this.#activated = nodes.map(({ head, size }) =>
      head.kind === 'hidden' && head.activation.widths !== undefined ? buffers.make(size) : undefined,
    );
  }

  /**
   * Runs the network on data rows `x`. Returns a block per node, by `node.index`, of as many rows as the node has there:
   * activations of hidden nodes, outputs of output nodes; valid until the next call.
   */
  run(x: Block): readonly Block[] {
    for (const node of this.#network.graph.nodes) {
      this.#linear(node, x);
      this.#activate(node);
    }
    return this.#results;
  }

  /** Runs the network on `x` and writes every node's linear output to `z` and activation to `a` (by `node.index`). */
  keep(x: Block, z: readonly Block[], a: readonly Block[]): void {
    for (const node of this.#network.graph.nodes) {
      this.#linear(node, x);
      z[node.index]!.data.set(this.#results[node.index]!.data);
      this.#activate(node);
      if (node.head.kind === 'hidden') a[node.index]!.data.set(this.#results[node.index]!.data);
    }
  }

  #linear(node: Node, x: Block): void {
    const input = this.#inputs[node.index]!(x, this.#results);
    const result = this.#buffers[node.index]!(input.rows);
    node.layer.apply(this.#network.weightsOf(node), input, result);
    this.#results[node.index] = result;
  }

  /** In place, where the activation is pointwise. */
  #activate({ head, index }: Node): void {
    if (head.kind !== 'hidden') return;
    const z = this.#results[index]!;
    const a = this.#activated[index]?.(z.rows) ?? z;
    head.activation.apply(z.data, a.data);
    this.#results[index] = a;
  }
}
