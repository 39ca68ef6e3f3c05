import type { Block } from '../../block.ts';
import { targetReader, type TargetReader } from '../../evaluate.ts';
import type { OutputNode } from '../../graph.ts';
import type { Network } from '../../network.ts';
import type { NodeInput } from '../../node-input.ts';
import type { TileBuffer, TileBuffers } from '../../tile-buffer.ts';
import type { TileState } from '../split-state.ts';
import { interpolate } from './interpolate.ts';

/** The proximal block update of one output node, which has no multiplier. */
export class ProximalOutput {
  readonly #node: OutputNode;
  readonly #network: Network;
  readonly #input: NodeInput;
  readonly #target: TargetReader;
  readonly #linear: TileBuffer;
  readonly #beta: number;
  readonly #alpha: number;

  /** @param alpha - $\alpha \ge 0$, what moving a block costs. */
  constructor(
    node: OutputNode,
    network: Network,
    input: NodeInput,
    { beta, alpha }: { readonly beta: number; readonly alpha: number },
    buffers: TileBuffers,
  ) {
    this.#node = node;
    this.#network = network;
    this.#input = input;
    this.#target = targetReader(node, network.graph.targets, buffers);
    this.#linear = buffers.make(node.size);
    this.#beta = beta;
    this.#alpha = alpha;
  }

  /** $z$ = argmin $\ell(z, y) + \beta_L |z - W a'|^2 + \alpha |z - z_\text{old}|^2$. */
  update(x: Block, y: Block, state: TileState): void {
    const { index, head, layer } = this.#node;
    const z = state.z[index]!;
    const target = this.#target(x, y);
    const m = this.#linear(target.rows);
    const beta = this.#beta + this.#alpha;
    layer.apply(this.#network.weightsOf(this.#node), this.#input(x, state.activations), m);
    interpolate(m.data, z.data, this.#alpha / beta, m.data);
    head.loss.solve(target, m, state.multipliers[index]!, beta, z);
  }
}
