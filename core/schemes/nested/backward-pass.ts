import type { Block, Real } from '../../block.ts';
import { isOutput, type HiddenNode, type Node } from '../../graph.ts';
import type { TileBuffer } from '../../tile-buffer.ts';
import { solveAndSum } from '../hidden-update.ts';
import { InputUpdate } from '../input-update.ts';
import type { GroupStatistics } from './group-statistics.ts';
import type { NestedParts } from './parts.ts';
import { squares } from './sums.ts';

/** Whether several nodes get their correction from this reader, so that none of them may overwrite its residual. */
const isShared = ({ parents }: Node): boolean => parents.filter(({ parent }) => parent.kind === 'node').length > 1;

/**
 * The residuals of the outputs on their way back through the closed-form sub-problems, one tile at a time, from the feasible
 * point: $a$ by Eq. 6 of Taylor et al. 2016, $z$ by its scalar problem, and $\delta = z - m$ on to the nodes before.
 */
export class BackwardPass {
  /**
   * $\sum |\delta|^2$, $\sum |a - h(z)|^2$ and the number of samples of every node, then the loss, over the tiles since
   * {@link prepare}.
   */
  readonly sums: Float64Array;
  /** $\delta$ of every node on the tile at hand, by `node.index`. */
  readonly deltas: readonly TileBuffer[];
  readonly #parts: NestedParts;
  /** Of every hidden node: its position among those that share its weights, by `node.index`. */
  readonly #members: readonly number[];
  readonly #updates: readonly (InputUpdate | undefined)[];
  readonly #scratch: readonly TileBuffer[];
  readonly #residuals: readonly (readonly (TileBuffer | undefined)[])[];
  readonly #nodeSums = new Float64Array(2);

  constructor(parts: NestedParts) {
    const { network, buffers, services } = parts;
    const { nodes } = network.graph;
    this.#parts = parts;
    this.sums = new Float64Array(3 * nodes.length + 1);
    this.#members = nodes.map((node) => (isOutput(node) ? 0 : node.group.members.indexOf(node)));
    this.deltas = nodes.map((node) => buffers.make(node.layer.outputs));
    this.#updates = nodes.map((node) =>
      isOutput(node) ? undefined : new InputUpdate(node as HiddenNode, network, buffers, services),
    );
    this.#scratch = nodes.map(({ head, size }) =>
      buffers.make(head.kind === 'hidden' && head.activation.solveAndSum === undefined ? size : 0),
    );
    this.#residuals = nodes.map((node) =>
      node.readers.map(({ reader }) => (isShared(reader) ? buffers.make(reader.layer.outputs) : undefined)),
    );
  }

  /** Factors the input updates for the weights as they are; forgets the sums. */
  prepare(): void {
    const { gamma } = this.#parts.options;
    for (const { index, readers } of this.#parts.network.graph.nodes) {
      const pulls = readers.map(({ reader }) => this.#pull(reader) / gamma);
      this.#updates[index]?.prepare({ gamma, beta: 1, betaOutput: 1 }, pulls);
    }
    this.sums.fill(0);
  }

  /** After the forward pass of the same tile. Adds $\delta$ times the inputs to the statistics given, by `group.index`. */
  run(x: Block, y: Block, statistics: readonly (GroupStatistics | undefined)[]): void {
    const { network, pass, services, targets } = this.#parts;
    const { nodes } = network.graph;
    for (let index = nodes.length - 1; index >= 0; index--) {
      const node = nodes[index]!;
      services.clock.enter('inputs');
      const m = isOutput(node) ? pass.output(node, x) : pass.z[index]!;
      const delta = this.deltas[index]!(m.rows);
      if (isOutput(node)) {
        this.sums[3 * nodes.length]! += targets.get(node)!.residual(x, y, m, delta);
        this.sums[3 * index]! += squares(delta);
      } else {
        this.#aim(node as HiddenNode, x, delta);
      }
      this.sums[3 * index + 2]! += m.rows;
      services.clock.enter('gather');
      statistics[node.group.index]?.addTargets(pass.input(node, x), delta, this.#members[index]);
    }
  }

  /** `delta` = $z - m$ of a hidden node from those of its readers. Overwrites its $a$, which nobody needs any more. */
  #aim(node: HiddenNode, x: Block, delta: Block): void {
    const { pass, options } = this.#parts;
    const { index, head } = node;
    const a = pass.activations[index]!;
    const m = pass.z[index]!.data;
    this.#updates[index]!.correct(this.#readerDeltas(node), x, a);
    this.#nodeSums.fill(0);
    solveAndSum(
      a.data,
      this.#spare(node, delta.rows),
      head.activation,
      { gamma: options.gamma, beta: 1 },
      delta.data,
      this.#nodeSums,
    );
    subtract(delta.data, m);
    this.sums[3 * index]! += this.#nodeSums[0]!;
    this.sums[3 * index + 1]! += this.#nodeSums[1]!;
  }

  /**
   * Half the slope of the output ridge $\rho \operatorname{tr}(a^T a) |W_L|^2 / d$ in the features, per feature: the ridge grows with
   * them, so they are pulled towards zero as the residuals pull them elsewhere.
   */
  #pull(reader: Node): number {
    const { groups, network, outputRidge } = this.#parts;
    const group = groups[reader.group.index]!;
    return group.output ? (outputRidge.relative * group.ridgeNorm(network.weightsOf(reader))) / reader.layer.inputs : 0;
  }

  /** $m$, or a copy where the solver takes it as work space. */
  #spare({ index, head }: HiddenNode, rows: number): Real {
    const m = this.#parts.pass.z[index]!.data;
    if (head.activation.solveAndSum !== undefined) return m;
    const copy = this.#scratch[index]!(rows).data;
    copy.set(m);
    return copy;
  }

  #readerDeltas({ index, readers }: HiddenNode): Block[] {
    const { pass } = this.#parts;
    return readers.map(({ reader }, position) => {
      const { rows } = pass.z[reader.index]!;
      const own = this.deltas[reader.index]!(rows);
      const copy = this.#residuals[index]![position]?.(rows);
      copy?.data.set(own.data);
      return copy ?? own;
    });
  }
}

function subtract(z: Block['data'], m: Block['data']): void {
  for (let i = 0; i < z.length; i++) z[i]! -= m[i]!;
}
