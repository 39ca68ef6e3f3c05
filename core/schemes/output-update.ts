import type { Block } from '../block.ts';
import { targetReader, type TargetReader } from '../evaluate.ts';
import type { OutputNode } from '../graph.ts';
import type { Network } from '../network.ts';
import type { NodeInput } from '../node-input.ts';
import type { OutputSolver } from '../output-solver.ts';
import { readAhead } from '../read-ahead.ts';
import { RightDecisions } from '../right-decisions.ts';
import type { TileBuffer, TileBuffers } from '../tile-buffer.ts';
import { innerProduct, squaredDistance, type ConstraintSums } from './constraint-sums.ts';
import type { TileState } from './split-state.ts';

/** {@link OutputSolver.solveAndStep} of any loss. */
function solveAndStep(
  y: Block,
  m: Block,
  loss: OutputSolver,
  { beta, step }: { readonly beta: number; readonly step: number },
  lambda: Block,
  z: Block,
  sums: Float64Array,
): void {
  if (loss.solveAndStep !== undefined) {
    loss.solveAndStep(y, m, beta, step, lambda, z, sums);
    return;
  }
  loss.solve(y, m, lambda, beta, z);
  sums[0]! += loss.loss(z, y);
  sums[1]! += innerProduct(z.data, lambda.data);
  sums[2]! += squaredDistance(z.data, m.data);
  if (step === 0) return;
  for (let i = 0; i < z.data.length; i++) lambda.data[i]! += step * beta * (z.data[i]! - m.data[i]!);
}

/** The block updates of one output node: $z$ from its loss, then the multiplier. */
export class OutputUpdate {
  readonly #node: OutputNode;
  readonly #network: Network;
  readonly #input: NodeInput;
  readonly #target: TargetReader;
  readonly #linear: TileBuffer;
  readonly #decisions: RightDecisions;
  readonly #sums = new Float64Array(3);

  constructor(node: OutputNode, network: Network, input: NodeInput, buffers: TileBuffers) {
    this.#node = node;
    this.#network = network;
    this.#input = input;
    this.#target = targetReader(node, network.graph.targets, buffers);
    this.#linear = buffers.make(node.size);
    this.#decisions = new RightDecisions(node.head.loss, buffers.rows);
  }

  /**
   * $z$ = argmin $\ell(z, y) + \langle z, \lambda \rangle + \beta |z - W a'|^2$; adds what remains of the terms to `sums`, and the
   * samples that $z$ decides right.
   * Then $\lambda$ += `step` $\beta (z - W a')$: `step` is 0 in warm sweeps, 1 as printed, 2 for the exact Bregman step.
   */
  update(x: Block, y: Block, beta: number, step: number, state: TileState, sums: ConstraintSums): void {
    const { index, head, layer } = this.#node;
    const z = state.z[index]!;
    const multiplier = state.multipliers[index]!;
    const target = this.#target(x, y);
    const m = this.#linear(target.rows);
    const input = this.#input(x, state.activations);
    readAhead(input);
    layer.apply(this.#network.weightsOf(this.#node), input, m);
    this.#sums.fill(0);
    solveAndStep(target, m, head.loss, { beta, step }, multiplier, z, this.#sums);
    sums.rows += target.rows;
    sums.loss += this.#sums[0]!;
    sums.multiplier += this.#sums[1]!;
    sums.linear += this.#sums[2]!;
    sums.right = (sums.right ?? 0) + this.#decisions.count(z, target);
  }
}
