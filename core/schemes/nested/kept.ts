import { block, type Block } from '../../block.ts';
import { isOutput, type Graph } from '../../graph.ts';
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

const hiddenWidths = ({ nodes }: Graph): number[] => nodes.map((node) => (isOutput(node) ? 0 : node.layer.outputs));

/** Numbers kept of one sample: $z$, as long as it takes no more than the inputs themselves do. */
export function keptPerSample(graph: Graph): number {
  const width = hiddenWidths(graph).reduce((sum, size) => sum + size, 0);
  return width > graph.inputs ? 0 : width;
}

/** Room for $z$ where all hidden nodes together are not wider than the inputs, and these are in memory too. */
export function keepLinear(network: Network, { shard, linearAlgebra, precision }: SchemeServices): Kept {
  if (shard.streamed === true || keptPerSample(network.graph) === 0) return { tiles: [], valid: false };
  const widths = hiddenWidths(network.graph);
  const tiles = Array.from({ length: shard.tiles }, (_, index) => {
    const rows = rowsOnTile(network.graph, shard, index);
    return widths.map((width, node) => {
      return block(rows[node]!, width, linearAlgebra.allocate(precision, rows[node]! * width));
    });
  });
  return { tiles, valid: false };
}
