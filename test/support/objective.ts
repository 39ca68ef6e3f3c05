import {
  betaOf,
  block,
  isOutput,
  type Block,
  type Network,
  type Node,
  type Penalties,
  type SplitState,
  type Tile,
  type TileState,
} from '../../core/index.ts';

/** The concatenated input of a node, joined number by number. */
export function inputOf(node: Node, { x }: Tile, { activations }: TileState): Block {
  const rows: number[] = [];
  for (let row = 0; row < x.rows; row++) {
    for (const { parent } of node.parents) {
      const { cols, data } = parent.kind === 'source' ? x : activations[parent.index]!;
      const { from, to } = parent.kind === 'source' ? parent.columns : { from: 0, to: parent.size };
      for (let j = from; j < to; j++) rows.push(data[row * cols + j]!);
    }
  }
  return block(x.rows, node.layer.inputs, Float64Array.from(rows));
}

function termsOf(node: Node, network: Network, penalties: Penalties, tile: Tile, state: TileState): number {
  const z = state.z[node.index]!;
  const m = block(z.rows, z.cols, new Float64Array(z.data.length));
  node.layer.apply(network.weightsOf(node), inputOf(node, tile, state), m);
  let sum = 0;
  z.data.forEach((value, i) => (sum += betaOf(node, penalties) * (value - m.data[i]!) ** 2));
  if (isOutput(node)) {
    const { from, to } = node.head.targets;
    const wanted = Array.from({ length: z.rows }, (_, row) => {
      return [...tile.y.data.subarray(row * tile.y.cols + from, row * tile.y.cols + to)];
    });
    sum += node.head.loss.loss(z, block(z.rows, z.cols, Float64Array.from(wanted.flat())));
    z.data.forEach((value, i) => (sum += value * state.multipliers[node.index]!.data[i]!));
  } else if (node.head.kind === 'hidden') {
    const h = new Float64Array(z.data.length);
    node.head.activation.apply(z.data, h);
    h.forEach((value, i) => (sum += penalties.gamma * (state.activations[node.index]!.data[i]! - value) ** 2));
  }
  return sum;
}

/** Eq. 5 of Taylor et al. 2016 for any graph, in plain loops: the sum of the terms of all nodes over all samples. */
export function augmentedObjective(network: Network, state: SplitState, penalties: Penalties): number {
  let sum = 0;
  state.forEach((tile, blocks) => {
    for (const node of network.graph.nodes) sum += termsOf(node, network, penalties, tile, blocks);
  });
  return sum;
}
