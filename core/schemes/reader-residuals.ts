import type { Block } from '../block.ts';
import type { HiddenNode } from '../graph.ts';
import type { Network } from '../network.ts';
import type { NodeInput } from '../node-input.ts';
import type { TileBuffer, TileBuffers } from '../tile-buffer.ts';
import type { TileState } from './split-state.ts';

/** What the readers of a node lack: $\rho_r = z_r - W_r a$ for every reader $r$. */
export class ReaderResiduals {
  readonly #node: HiddenNode;
  readonly #network: Network;
  readonly #inputs: readonly NodeInput[];
  readonly #buffers: readonly TileBuffer[];
  readonly #residuals: Block[] = [];

  /** @param inputs - Readers of every node's input, by `node.index`. */
  constructor(node: HiddenNode, network: Network, inputs: readonly NodeInput[], buffers: TileBuffers) {
    this.#node = node;
    this.#network = network;
    this.#inputs = inputs;
    this.#buffers = node.readers.map(({ reader }) => buffers.make(reader.layer.outputs));
  }

  /** The residuals at the activations as they are now, in work space that the next call overwrites. */
  at(x: Block, state: TileState): readonly Block[] {
    const { readers } = this.#node;
    for (let position = 0; position < readers.length; position++) {
      const { reader } = readers[position]!;
      const residual = this.#buffers[position]!(x.rows);
      reader.layer.apply(this.#network.weightsOf(reader), this.#inputs[reader.index]!(x, state.activations), residual);
      const target = state.z[reader.index]!.data;
      const { data } = residual;
      for (let i = 0; i < data.length; i++) data[i] = target[i]! - data[i]!;
      this.#residuals[position] = residual;
    }
    return this.#residuals;
  }
}
