import type { Block, Real } from '../block.ts';
import type { HiddenNode } from '../graph.ts';
import type { Network } from '../network.ts';
import type { NodeInput } from '../node-input.ts';
import type { TileBuffer, TileBuffers } from '../tile-buffer.ts';
import type { TileState } from './split-state.ts';

/** `data` = `target` - `data`. Eight at a time: less than half the time of one at a time. */
function subtractFrom(target: Real, data: Real): void {
  let i = 0;
  for (const end = (data.length - 7) | 0; i < end; i = (i + 8) | 0) {
    data[i] = target[i]! - data[i]!;
    data[(i + 1) | 0] = target[(i + 1) | 0]! - data[(i + 1) | 0]!;
    data[(i + 2) | 0] = target[(i + 2) | 0]! - data[(i + 2) | 0]!;
    data[(i + 3) | 0] = target[(i + 3) | 0]! - data[(i + 3) | 0]!;
    data[(i + 4) | 0] = target[(i + 4) | 0]! - data[(i + 4) | 0]!;
    data[(i + 5) | 0] = target[(i + 5) | 0]! - data[(i + 5) | 0]!;
    data[(i + 6) | 0] = target[(i + 6) | 0]! - data[(i + 6) | 0]!;
    data[(i + 7) | 0] = target[(i + 7) | 0]! - data[(i + 7) | 0]!;
  }
  for (; i < data.length; i = (i + 1) | 0) data[i] = target[i]! - data[i]!;
}

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
      const input = this.#inputs[reader.index]!(x, state.activations);
      const residual = this.#buffers[position]!(input.rows);
      reader.layer.apply(this.#network.weightsOf(reader), input, residual);
      subtractFrom(state.z[reader.index]!.data, residual.data);
      this.#residuals[position] = residual;
    }
    return this.#residuals;
  }
}
