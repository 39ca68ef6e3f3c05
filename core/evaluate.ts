import type { Block } from './block.ts';
import type { ConsensusBackend } from './consensus.ts';
import type { Shard } from './data-source.ts';
import { ForwardPass } from './forward-pass.ts';
import type { OutputNode } from './graph.ts';
import type { LinearAlgebra } from './linear-algebra.ts';
import type { Network } from './network.ts';
import type { Score } from './observer.ts';
import { copyRows, PresentRows } from './presence.ts';
import { RightDecisions } from './right-decisions.ts';
import { TileBuffers } from './tile-buffer.ts';

/** The targets of an output node on a tile, from its data rows and target rows. */
export type TargetReader = (x: Block, y: Block) => Block;

/** Makes the reader of an output node's targets: the target rows themselves, or its columns of them in the rows that it has. */
export function targetReader(
  { size, presence, head }: OutputNode,
  targets: number,
  buffers: TileBuffers,
): TargetReader {
  if (size === targets && presence === undefined) return (_x, y) => y;
  const buffer = buffers.make(size);
  const rows = new PresentRows(presence, buffers.rows);
  return (x, y) => {
    const own = buffer(rows.find(x).count);
    copyRows(y, rows, head.targets, 0, own);
    return own;
  };
}

/** Loss and accuracy of the deployed network on the samples of a shard, summed over ranks. Work space is made once. */
export class Evaluator {
  readonly #network: Network;
  readonly #shard: Shard;
  readonly #consensus: ConsensusBackend;
  readonly #forward: ForwardPass;
  readonly #targets: readonly TargetReader[];
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
    const sums = new Float64Array(4);
    for (let index = 0; index < this.#shard.tiles; index++) {
      const { x, y } = this.#shard.tile(index);
      const results = this.#forward.run(x);
      sums[3]! += x.rows;
      this.#network.graph.outputs.forEach((node, output) => {
        const { loss } = node.head;
        const wanted = this.#targets[output]!(x, y);
        sums[0]! += loss.loss(results[node.index]!, wanted);
        sums[1]! += this.#decisions[output]!.count(results[node.index]!, wanted);
        sums[2]! += wanted.rows;
      });
    }
    this.#consensus.sum(sums);
    return { loss: sums[0]! / sums[3]!, accuracy: sums[1]! / sums[2]! };
  }
}
