import type { ActivationSolver } from '../activation-solver.ts';
import type { Block, Real } from '../block.ts';
import type { Penalty } from '../penalty.ts';
import { readAhead } from '../read-ahead.ts';
import type { HiddenNode } from '../graph.ts';
import type { Network } from '../network.ts';
import type { NodeInput } from '../node-input.ts';
import type { SchemeServices } from '../scheme.ts';
import type { TileBuffer, TileBuffers } from '../tile-buffer.ts';
import { squaredDistance, type ConstraintSums } from './constraint-sums.ts';
import { InputUpdate } from './input-update.ts';
import type { Penalties } from './penalties.ts';
import { ReaderResiduals } from './reader-residuals.ts';
import type { TileState } from './split-state.ts';

/** {@link ActivationSolver.solveAndSum} of any activation; overwrites `m`. */
export function solveAndSum(
  a: Real,
  m: Real,
  activation: ActivationSolver,
  penalty: Penalty,
  z: Real,
  sums: Float64Array,
): void {
  if (activation.solveAndSum !== undefined) {
    activation.solveAndSum(a, m, penalty, z, sums);
    return;
  }
  activation.solve(a, m, penalty, z);
  sums[0]! += squaredDistance(z, m);
  activation.apply(z, m);
  sums[1]! += squaredDistance(a, m);
}

/** The block updates of one hidden node: $a$ from its readers, then $z$ from its own input. */
export class HiddenUpdate {
  readonly #node: HiddenNode;
  readonly #network: Network;
  readonly #inputs: readonly NodeInput[];
  readonly #update: InputUpdate;
  readonly #linear: TileBuffer;
  readonly #residuals: ReaderResiduals;
  readonly #sums = new Float64Array(2);
  #penalties: Penalties | undefined;

  /** @param inputs - Readers of every node's input, by `node.index`. */
  constructor(
    node: HiddenNode,
    network: Network,
    inputs: readonly NodeInput[],
    buffers: TileBuffers,
    services: SchemeServices,
  ) {
    this.#node = node;
    this.#network = network;
    this.#inputs = inputs;
    this.#update = new InputUpdate(node, network, buffers, services);
    this.#linear = buffers.make(node.layer.outputs);
    this.#residuals = new ReaderResiduals(node, network, inputs, buffers);
  }

  /** Factors the input update for the readers' weights and the penalties as they are now; once per sweep. */
  prepare(penalties: Penalties): void {
    this.#update.prepare(penalties);
    this.#penalties = penalties;
  }

  /**
   * $a$ = argmin $\gamma |a - h(z)|^2 + \sum_r \beta_r |z_r - W_r a|^2$ over the readers r, all other blocks fixed
   * (Taylor et al. 2016, Eq. 6).
   */
  updateInputs(x: Block, state: TileState): void {
    const { index, head } = this.#node;
    const a = state.activations[index]!;
    head.activation.apply(state.z[index]!.data, a.data);
    this.#update.correct(this.#residuals.at(x, state), x, a);
  }

  /** $z$ = argmin $\gamma |a - h(z)|^2 + \beta |z - W a'|^2$, entry by entry; adds what remains of both terms to `sums`. */
  updateActivation(x: Block, state: TileState, sums: ConstraintSums): void {
    const { index, head, layer } = this.#node;
    const a = state.activations[index]!.data;
    const z = state.z[index]!.data;
    const input = this.#inputs[index]!(x, state.activations);
    const m = this.#linear(input.rows);
    readAhead(input);
    layer.apply(this.#network.weightsOf(this.#node), input, m);
    this.#sums.fill(0);
    solveAndSum(a, m.data, head.activation, this.#penalties!, z, this.#sums);
    sums.rows += input.rows;
    sums.linear += this.#sums[0]!;
    sums.activation += this.#sums[1]!;
  }
}
