import type { Block } from '../../block.ts';
import type { HiddenNode } from '../../graph.ts';
import type { Network } from '../../network.ts';
import type { NodeInput } from '../../node-input.ts';
import type { SchemeServices } from '../../scheme.ts';
import type { TileBuffer, TileBuffers } from '../../tile-buffer.ts';
import { InputUpdate } from '../input-update.ts';
import type { Penalties } from '../penalties.ts';
import { ReaderResiduals } from '../reader-residuals.ts';
import type { TileState } from '../split-state.ts';
import { interpolate } from './interpolate.ts';

/**
 * The proximal block updates of one hidden node. Two squares of distances are one, up to a constant:
 * $p |u - v|^2 + \alpha |u - w|^2 = (p + \alpha) |u - c|^2 + \text{const}$ with $c = v + \frac{\alpha}{p + \alpha} (w - v)$, so that the
 * solvers of the plain updates serve here too.
 */
export class ProximalHidden {
  readonly #node: HiddenNode;
  readonly #network: Network;
  readonly #input: NodeInput;
  readonly #update: InputUpdate;
  readonly #residuals: ReaderResiduals;
  readonly #linear: TileBuffer;
  readonly #activated: TileBuffer;
  readonly #penalties: Penalties;
  readonly #alpha: number;

  /**
   * @param inputs - Readers of every node's input, by `node.index`.
   * @param alpha - $\alpha \ge 0$, what moving a block costs.
   */
  constructor(
    node: HiddenNode,
    network: Network,
    inputs: readonly NodeInput[],
    { penalties, alpha }: { readonly penalties: Penalties; readonly alpha: number },
    buffers: TileBuffers,
    services: SchemeServices,
  ) {
    this.#node = node;
    this.#network = network;
    this.#input = inputs[node.index]!;
    this.#update = new InputUpdate(node, network, buffers, services);
    this.#residuals = new ReaderResiduals(node, network, inputs, buffers);
    this.#linear = buffers.make(node.layer.outputs);
    this.#activated = buffers.make(node.size);
    this.#penalties = penalties;
    this.#alpha = alpha;
  }

  /** Factors the input update for the readers' weights as they are now; once per sweep. */
  prepare(): void {
    this.#update.prepare({ ...this.#penalties, gamma: this.#penalties.gamma + this.#alpha });
  }

  /** $a$ = argmin $\gamma |a - h(z)|^2 + \sum_r \beta_r |z_r - W_r a|^2 + \alpha |a - a_\text{old}|^2$. */
  updateInputs(x: Block, state: TileState): void {
    const { index, head } = this.#node;
    const a = state.activations[index]!;
    const h = this.#activated(a.rows);
    head.activation.apply(state.z[index]!.data, h.data);
    interpolate(h.data, a.data, this.#alpha / (this.#penalties.gamma + this.#alpha), a.data);
    this.#update.correct(this.#residuals.at(x, state), x, a);
  }

  /** $z$ = argmin $\gamma |a - h(z)|^2 + \beta |z - W a'|^2 + \alpha |z - z_\text{old}|^2$, entry by entry. */
  updateActivation(x: Block, state: TileState): void {
    const { index, head, layer } = this.#node;
    const { gamma, beta } = this.#penalties;
    const z = state.z[index]!.data;
    const input = this.#input(x, state.activations);
    const m = this.#linear(input.rows);
    layer.apply(this.#network.weightsOf(this.#node), input, m);
    interpolate(m.data, z, this.#alpha / (beta + this.#alpha), m.data);
    head.activation.solve(state.activations[index]!.data, m.data, { gamma, beta: beta + this.#alpha }, z);
  }
}
