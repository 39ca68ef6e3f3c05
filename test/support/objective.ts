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

/** Numbers of the rows of a tile that a node has. */
export const rowsOfNode = ({ presence }: Pick<Node, 'presence'>, { rows, cols, data }: Block): number[] =>
  Array.from({ length: rows }, (_, row) => row).filter((row) => {
    return presence === undefined || !Number.isNaN(data[row * cols + presence.columns.from]);
  });

/** What a sample finds at a parent; `undefined` where it does not have it. */
function featuresOf(sample: number, { parent }: Node['parents'][number], x: Block, activations: readonly Block[]) {
  if (parent.kind === 'source') {
    return x.data.subarray(sample * x.cols + parent.columns.from, sample * x.cols + parent.columns.to);
  }
  const row = rowsOfNode(parent, x).indexOf(sample);
  return row < 0 ? undefined : activations[parent.index]!.data.subarray(row * parent.size, (row + 1) * parent.size);
}

/** The concatenated input of a node, joined number by number. */
export function inputOf(node: Node, { x }: Tile, { activations }: TileState): Block {
  const rows = rowsOfNode(node, x);
  const joined = block(rows.length, node.layer.inputs, new Float64Array(rows.length * node.layer.inputs));
  rows.forEach((sample, row) => {
    const filled = new Set<number>();
    for (const link of node.parents) {
      const found = featuresOf(sample, link, x, activations);
      if (found === undefined || filled.has(link.columns.from)) continue;
      filled.add(link.columns.from);
      joined.data.set(found, row * joined.cols + link.columns.from);
    }
  });
  return joined;
}

function termsOf(node: Node, network: Network, penalties: Penalties, tile: Tile, state: TileState): number {
  const z = state.z[node.index]!;
  const m = block(z.rows, z.cols, new Float64Array(z.data.length));
  node.layer.apply(network.weightsOf(node), inputOf(node, tile, state), m);
  let sum = 0;
  z.data.forEach((value, i) => (sum += betaOf(node, penalties) * (value - m.data[i]!) ** 2));
  if (isOutput(node)) {
    const { from, to } = node.head.targets;
    const wanted = rowsOfNode(node, tile.x).map((row) => {
      return [...tile.y.data.subarray(row * tile.y.cols + from, row * tile.y.cols + to)];
    });
    sum += node.head.loss.loss(z, block(z.rows, z.cols, Float64Array.from(wanted.flat())));
    z.data.forEach((value, i) => (sum += value * state.multipliers[node.index]!.data[i]!));
  } else if (node.head.kind === 'hidden') {
    const h = new Float64Array(z.rows * node.size);
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
