import type { Block } from './block.ts';
import { copyColumns } from './columns.ts';
import type { Node, ParentLink } from './graph.ts';
import { alignRows, copyRows, PresentRows } from './presence.ts';
import type { TileBuffers } from './tile-buffer.ts';

/**
 * The concatenated input of a node for one tile, from the data rows `x` and the activations of all nodes
 * (`activations[node.index]`): as many rows as the node has on the tile. A single parent is passed on without a copy.
 */
export type NodeInput = (x: Block, activations: readonly Block[]) => Block;

/** Makes the reader of a node's input. */
export function nodeInput(node: Node, dataColumns: number, buffers: TileBuffers): NodeInput {
  if (node.presence !== undefined || node.parents.some(isOptional)) return partialInput(node, buffers);
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

/** Whether a parent is absent from some samples. */
const isOptional = ({ parent }: ParentLink): boolean =>
  parent.kind === 'source' ? parent.optional : parent.presence !== undefined;

/** Of a node that is absent from some samples, or reads such nodes: what is absent reads as zeros. */
function partialInput(node: Node, buffers: TileBuffers): NodeInput {
  const own = new PresentRows(node.presence, buffers.rows);
  const buffer = buffers.make(node.layer.inputs);
  // Of parents with the same columns, the first one that is there is read: it is written last.
  const links = [...node.parents].reverse().map((link) => {
    const { parent } = link;
    return { ...link, rows: new PresentRows(parent.kind === 'node' ? parent.presence : undefined, buffers.rows) };
  });
  return (x, activations) => {
    const joined = buffer(own.find(x).count);
    joined.data.fill(0);
    for (const { parent, columns, rows } of links) {
      if (parent.kind === 'source') copyRows(x, own, parent.columns, columns.from, joined);
      else alignRows(activations[parent.index]!, rows.find(x), own, columns.from, joined);
    }
    return joined;
  };
}

/** Whether a node reads nothing but data, so that its input never changes. */
export const hasConstantInput = (node: Node): boolean => node.parents.every(({ parent }) => parent.kind === 'source');
