import { block, precisionOf, rowsOf, zeros, type Block, type Real } from '../block.ts';
import type { Shard, Tile } from '../data-source.ts';
import { ForwardPass } from '../forward-pass.ts';
import { isOutput, type Graph, type Node } from '../graph.ts';
import type { Network } from '../network.ts';
import { copyRows, PresentRows, rowsOnTile } from '../presence.ts';
import type { Random } from '../random.ts';
import type { SampleState, SchemeServices } from '../scheme.ts';
import { TileBuffers } from '../tile-buffer.ts';

/** The blocks of one tile, by `node.index`. */
export interface TileState {
  /** $a$ of hidden nodes. */
  readonly activations: readonly Block[];
  /** $z$ of all nodes. */
  readonly z: readonly Block[];
  /** $\lambda$ of output nodes. */
  readonly multipliers: readonly Block[];
}

/** Streams of start values are drawn per group of this many samples, so that they do not depend on ranks or tiles. */
const groupRows = 256;

/** Numbers that {@link SplitState} keeps of one sample. */
export const splitStateSize = ({ nodes }: Graph): SampleState => ({
  needed: nodes.reduce((sum, { size, layer }) => sum + size + layer.outputs, 0),
  spare: 0,
});

/** The per-sample state of schemes that keep $a$, $z$ and $\lambda$: one small array per tile, node and block. */
export class SplitState {
  /** The blocks of every tile of this rank's shard. */
  readonly tiles: readonly TileState[];
  readonly #graph: Graph;
  readonly #shard: Shard;

  constructor(graph: Graph, services: SchemeServices) {
    const { shard, linearAlgebra, precision } = services;
    this.#graph = graph;
    this.#shard = shard;
    this.tiles = Array.from({ length: shard.tiles }, (_, index) => {
      const rows = rowsOnTile(graph, shard, index);
      const make = (widthOf: (node: Node) => number): Block[] =>
        graph.nodes.map((node) => {
          const cols = widthOf(node);
          return block(rows[node.index]!, cols, linearAlgebra.allocate(precision, rows[node.index]! * cols));
        });
      return {
        activations: make((node) => (isOutput(node) ? 0 : node.size)),
        z: make(({ layer }) => layer.outputs),
        multipliers: make((node) => (isOutput(node) ? node.size : 0)),
      };
    });
  }

  /** Every tile's data and state in turn. */
  forEach(visit: (tile: Tile, state: TileState) => void): void {
    for (let index = 0; index < this.tiles.length; index++) visit(this.#shard.tile(index), this.tiles[index]!);
  }

  /**
   * Fills $z$ with independent normal numbers, the same for every sample whatever the ranks and tiles, and sets
   * $a = h(z)$, which is what the first forward sweep makes of any start while the weights are zero.
   */
  startGaussian(random: Random, deviation: number): void {
    this.forEach(({ first, x }, state) => {
      for (const node of this.#graph.nodes) {
        const z = state.z[node.index]!;
        const all = z.rows === x.rows ? z : block(x.rows, z.cols, zeros(precisionOf(z.data), x.rows * z.cols));
        fillNormal(all, first, deviation, random.child(`z/${node.name}`));
        if (all !== z) copyRows(all, new PresentRows(node.presence, x.rows).find(x), { from: 0, to: z.cols }, 0, z);
        if (node.head.kind === 'hidden') node.head.activation.apply(z.data, state.activations[node.index]!.data);
      }
    });
  }

  /** Copies of all blocks, by name. */
  save(): Record<string, Real> {
    const arrays: Record<string, Real> = {};
    this.#eachBlock((name, data) => (arrays[name] = data.slice()));
    return arrays;
  }

  /** Goes back to saved blocks. */
  restore(arrays: Readonly<Record<string, Real>>): void {
    this.#eachBlock((name, data) => data.set(arrays[name]!));
  }

  /** Sets $z$ and $a$ to what the network computes, so that every constraint holds. */
  startFeasible(network: Network, services: SchemeServices): void {
    const { linearAlgebra, precision, shard } = services;
    const forward = new ForwardPass(network, new TileBuffers(linearAlgebra, precision, shard));
    this.forEach(({ x }, state) => forward.keep(x, state.z, state.activations));
  }

  #eachBlock(visit: (name: string, data: Real) => void): void {
    this.tiles.forEach((tile, index) => {
      for (const kind of ['activations', 'z', 'multipliers'] as const) {
        tile[kind].forEach(({ data }, node) => visit(`${index}/${kind}/${node}`, data));
      }
    });
  }
}

function fillNormal(z: Block, first: number, deviation: number, random: Random): void {
  for (let row = 0; row < z.rows;) {
    const group = Math.floor((first + row) / groupRows);
    const rows = rowsOf(z, row, Math.min(z.rows, (group + 1) * groupRows - first));
    const stream = random.child(String(group));
    for (let skipped = (first + row - group * groupRows) * z.cols; skipped > 0; skipped--) stream.normal();
    for (let i = 0; i < rows.data.length; i++) rows.data[i] = deviation * stream.normal();
    row += rows.rows;
  }
}
