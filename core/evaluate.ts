import type { Block } from './block.ts';
import { copyColumns } from './columns.ts';
import type { ConsensusBackend } from './consensus.ts';
import type { Shard } from './data-source.ts';
import { ForwardPass } from './forward-pass.ts';
import type { OutputNode } from './graph.ts';
import type { LinearAlgebra } from './linear-algebra.ts';
import type { Network } from './network.ts';
import type { Score } from './observer.ts';
import { RightDecisions } from './right-decisions.ts';
import { TileBuffers } from './tile-buffer.ts';

/** Makes the reader of an output node's targets: the target rows themselves, or its columns of them. */
export function targetReader(node: OutputNode, targets: number, buffers: TileBuffers): (y: Block) => Block {
  if (node.size === targets) return (y) => y;
  const buffer = buffers.make(node.size);
  return (y) => {
    const own = buffer(y.rows);
    copyColumns(y, node.head.targets, 0, own);
    return own;
  };
}

/** Loss and accuracy of the deployed network on the samples of a shard, summed over ranks. Work space is made once. */
export class Evaluator {
  readonly #network: Network;
  readonly #shard: Shard;
  readonly #consensus: ConsensusBackend;
  readonly #forward: ForwardPass;
  readonly #targets: readonly ((y: Block) => Block)[];
  readonly #decisions: readonly RightDecisions[];

  constructor(network: Network, shard: Shard, linearAlgebra: LinearAlgebra, consensus: ConsensusBackend) {
    const buffers = new TileBuffers(linearAlgebra, network.precision, shard);
    const { outputs, targets } = network.graph;
    this.#network = network;
    this.#shard = shard;
    this.#consensus = consensus;
    this.#forward = new ForwardPass(network, buffers);
    this.#targets = outputs.map((node) => targetReader(node, targets, buffers));
    this.#decisions = outputs.map(({ head }) => new RightDecisions(head.loss, shard.tileRows));
  }

  /** Evaluates the weights as they are now. */
  score(): Score {
    const sums = new Float64Array(3);
    for (let index = 0; index < this.#shard.tiles; index++) {
      const { x, y } = this.#shard.tile(index);
      const results = this.#forward.run(x);
      this.#network.graph.outputs.forEach((node, output) => {
        const { loss } = node.head;
        const wanted = this.#targets[output]!(y);
        sums[0]! += loss.loss(results[node.index]!, wanted);
        sums[1]! += this.#decisions[output]!.count(results[node.index]!, wanted);
        sums[2]! += x.rows;
      });
    }
    this.#consensus.sum(sums);
    const samples = sums[2]! / this.#network.graph.outputs.length;
    return { loss: sums[0]! / samples, accuracy: sums[1]! / sums[2]! };
  }
}
