import { block, type Block } from '../../block.ts';
import { isOutput } from '../../graph.ts';
import type { Network } from '../../network.ts';
import { rowsOnTile } from '../../presence.ts';
import type { SchemeServices } from '../../scheme.ts';

/** $z$ of the hidden nodes on every tile, kept from the forward pass for the backward one, where memory allows. */
export interface Kept {
  /** Blocks by tile and `node.index`; empty where nothing is kept, and $z$ is computed a second time. */
  readonly tiles: readonly (readonly Block[])[];
  /** Whether they belong to the weights as they are. */
  valid: boolean;
}

/** Room for $z$, as long as it takes no more than the inputs themselves do: all hidden nodes together are not wider. */
export function keepLinear(network: Network, { shard, linearAlgebra, precision }: SchemeServices): Kept {
  const { nodes, inputs } = network.graph;
  const widths = nodes.map((node) => (isOutput(node) ? 0 : node.layer.outputs));
  if (widths.reduce((sum, width) => sum + width, 0) > inputs) return { tiles: [], valid: false };
  const tiles = Array.from({ length: shard.tiles }, (_, index) => {
    const rows = rowsOnTile(network.graph, shard, index);
    return widths.map((width, node) => {
      return block(rows[node]!, width, linearAlgebra.allocate(precision, rows[node]! * width));
    });
  });
  return { tiles, valid: false };
}
