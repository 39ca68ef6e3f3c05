import type { Block } from './block.ts';
import { copyColumns } from './columns.ts';
import type { Node } from './graph.ts';
import type { TileBuffers } from './tile-buffer.ts';

/**
 * The concatenated input of a node for one tile, from the data rows `x` and the activations of all nodes
 * (`activations[node.index]`). A single parent is passed on without a copy.
 */
export type NodeInput = (x: Block, activations: readonly Block[]) => Block;

/** Makes the reader of a node's input. */
export function nodeInput(node: Node, dataColumns: number, buffers: TileBuffers): NodeInput {
  const [first] = node.parents;
  const only = first!.parent.size === node.layer.inputs ? first!.parent : undefined;
  if (only?.kind === 'node') return (_x, activations) => activations[only.index]!;
  if (only?.kind === 'source' && only.size === dataColumns) return (x) => x;
  const buffer = buffers.make(node.layer.inputs);
  return (x, activations) => {
    const joined = buffer(x.rows);
    for (const { parent, columns } of node.parents) {
      if (parent.kind === 'source') copyColumns(x, parent.columns, columns.from, joined);
      else copyColumns(activations[parent.index]!, { from: 0, to: parent.size }, columns.from, joined);
    }
    return joined;
  };
}

/** Whether a node reads nothing but data, so that its input never changes. */
export const hasConstantInput = (node: Node): boolean => node.parents.every(({ parent }) => parent.kind === 'source');
