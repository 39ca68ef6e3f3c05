import type { Block } from '../../core/block.ts';
import { copyColumns } from '../../core/columns.ts';
import { must } from '../../core/errors.ts';
import { isOutput, type Columns, type Node } from '../../core/graph.ts';
import type { LinearAlgebra } from '../../core/linear-algebra.ts';
import type { Network } from '../../core/network.ts';
import { nodeInput, type NodeInput } from '../../core/node-input.ts';
import { TileBuffers, type TileBuffer } from '../../core/tile-buffer.ts';
import { gradientOf, type LossGradient } from './loss-gradients.ts';
import { slopeOf, type TimesSlope } from './slopes.ts';

/** What backpropagation keeps of a node. */
interface Kept {
  readonly node: Node;
  readonly input: NodeInput;
  /** Output of the linear map, its activation, and the derivative of the loss by either. */
  readonly z: TileBuffer;
  readonly a: TileBuffer;
  readonly r: TileBuffer;
  /** The derivative by the node's whole input, where that is not the data alone. */
  readonly back: TileBuffer | undefined;
  readonly slope: TimesSlope | undefined;
  readonly loss: LossGradient | undefined;
}

/**
 * The gradient of the summed loss by the chain rule (Rumelhart, Hinton and Williams 1986), for any graph of nodes and any
 * layer: its adjoint carries derivatives back, and its target statistics are the gradient by its weights.
 */
export class Backpropagation {
  /** Length of all weights together. */
  readonly size: number;
  readonly #network: Network;
  readonly #kept: readonly Kept[];
  readonly #activations: Block[] = [];
  readonly #inputs: Block[] = [];
  /** Statistics of every weight group, of which the part of the targets is the gradient. */
  readonly #sums: readonly Float64Array[];

  /** @param rows - Most samples of a tile. */
  constructor(network: Network, linearAlgebra: LinearAlgebra, rows: number) {
    const { graph, precision } = network;
    const buffers = new TileBuffers(linearAlgebra, precision, { tileRows: rows });
    this.#network = network;
    this.#kept = graph.nodes.map((node) => keep(node, graph.inputs, buffers));
    this.#sums = graph.groups.map(({ layer }) => new Float64Array(layer.statistics));
    this.size = graph.groups.reduce((sum, { layer }) => sum + layer.weights, 0);
  }

  /** Forgets the gradient. */
  clear(): void {
    for (const sums of this.#sums) sums.fill(0);
  }

  /** Adds the gradient of some samples, and gives their summed loss. */
  add(x: Block, y: Block): number {
    const loss = this.#forward(x, y);
    for (let index = this.#kept.length - 1; index >= 0; index--) this.#backward(this.#kept[index]!, x.rows);
    return loss;
  }

  /** Writes the gradient, one weight group after the other. */
  read(gradient: Float64Array): void {
    let at = 0;
    for (const { index, layer } of this.#network.graph.groups) {
      gradient.set(this.#sums[index]!.subarray(layer.inputStatistics, layer.inputStatistics + layer.weights), at);
      at += layer.weights;
    }
  }

  /** Outputs and activations of every node, and the derivative of the loss by the outputs; zero for hidden nodes. */
  #forward(x: Block, y: Block): number {
    let sum = 0;
    for (const { node, input, z, a, r, loss } of this.#kept) {
      const [into, out, derivative] = [input(x, this.#activations), z(x.rows), r(x.rows)];
      this.#inputs[node.index] = into;
      node.layer.apply(this.#network.weightsOf(node), into, out);
      if (isOutput(node)) {
        const wanted = targetsOf(node.head.targets, y, a(x.rows));
        sum += node.head.loss.loss(out, wanted);
        loss!(out, wanted, derivative);
      } else {
        const activation = a(x.rows);
        this.#activations[node.index] = activation;
        if (node.head.kind === 'hidden') node.head.activation.apply(out.data, activation.data);
        derivative.data.fill(0);
      }
    }
    return sum;
  }

  /** From the derivative by a node's activation to those by its weights and by its parents. */
  #backward({ node, z, r, slope, back }: Kept, rows: number): void {
    const derivative = r(rows);
    slope?.(z(rows).data, derivative.data);
    node.layer.gatherTargets(this.#inputs[node.index]!, derivative, this.#sums[node.group.index]!);
    if (back === undefined) return;
    const into = back(rows);
    node.layer.adjoint(this.#network.weightsOf(node), derivative, into);
    for (const { parent, columns } of node.parents) {
      if (parent.kind === 'node') addColumns(into, columns, this.#kept[parent.index]!.r(rows));
    }
  }
}

/** A node that several read gets the sum of what each says. */
function addColumns(source: Block, { from, to }: Columns, sum: Block): void {
  for (let row = 0; row < sum.rows; row++) {
    const start = row * source.cols + from;
    for (let j = 0; j < to - from; j++) sum.data[row * sum.cols + j]! += source.data[start + j]!;
  }
}

const targetsOf = (columns: Columns, y: Block, own: Block): Block => {
  if (columns.from === 0 && columns.to === y.cols) return y;
  copyColumns(y, columns, 0, own);
  return own;
};

function keep(node: Node, inputs: number, buffers: TileBuffers): Kept {
  const { head, name } = node;
  must(head.kind === 'output' || head.activation.widths === undefined, () => {
    return `Node "${name}": the baselines take pointwise activations alone.`;
  });
  must(node.presence === undefined, () => {
    return `Node "${name}" is absent from some samples: the baselines take sequences of one length alone.`;
  });
  const readsNodes = node.parents.some(({ parent }) => parent.kind === 'node');
  return {
    node,
    input: nodeInput(node, inputs, buffers),
    z: buffers.make(node.size),
    a: buffers.make(node.size),
    r: buffers.make(node.size),
    back: readsNodes ? buffers.make(node.layer.inputs) : undefined,
    slope: head.kind === 'hidden' ? slopeOf(head.activation) : undefined,
    loss: head.kind === 'output' ? gradientOf(head.loss) : undefined,
  };
}
