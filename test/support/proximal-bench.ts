import * as fc from 'fast-check';
import {
  betaOf,
  isOutput,
  nodeInput,
  proximal,
  ProximalHidden,
  ProximalOutput,
  ProximalSweeper,
  random,
  TileBuffers,
  type HiddenNode,
  type Network,
  type Node,
  type Precision,
  type ProximalOptions,
  type Random,
  type Real,
  type SchemeServices,
  type SweepReport,
  type WeightGroup,
} from '../../core/index.ts';
import { augmentedObjective, inputOf } from './objective.ts';
import { anyGraph, networkOf, samplesFor, servicesOf } from './random-network.ts';

const weight = fc.double({ min: -1.5, max: 1.5, noNaN: true }).map((exponent) => 10 ** exponent);

/** Networks, options, sizes and seeds. */
export const proximalProblems = fc.record({
  plan: anyGraph,
  options: fc.record({
    gamma: weight,
    beta: weight,
    betaOutput: weight,
    alpha: fc.oneof(weight, fc.constant(0)),
    alphaWeights: weight,
    ridge: fc.oneof(weight, fc.constant(0)),
  }),
  samples: fc.integer({ min: 1, max: 25 }),
  tileRows: fc.integer({ min: 1, max: 25 }),
  seed: fc.nat(),
});

/** What {@link proximalProblems} makes. */
export type ProximalProblem = typeof proximalProblems extends fc.Arbitrary<infer T> ? T : never;

/** Sum of the squares over all arrays. */
export const squaredNorm = (a: readonly Real[]): number =>
  squaredDistance(
    a,
    a.map((data) => data.slice().fill(0)),
  );

/** Sum of the squares of all differences. */
export function squaredDistance(a: readonly Real[], b: readonly Real[]): number {
  let sum = 0;
  a.forEach((data, at) => {
    for (let i = 0; i < data.length; i++) sum += (data[i]! - b[at]![i]!) ** 2;
  });
  return sum;
}

/** Copies of all arrays. */
export const copies = (arrays: readonly Real[]): Real[] => arrays.map((data) => data.slice());

/** A sweeper whose steps are taken one by one, and the objective in plain loops. */
export class ProximalBench {
  readonly network: Network;
  readonly sweeper: ProximalSweeper;
  readonly services: SchemeServices;
  readonly options: ProximalOptions;
  readonly stream: Random;
  /** Mean eigenvalue of the first Gram matrix of every group; of those that have been solved. */
  readonly scales: number[] = [];

  constructor({ plan, options, samples, tileRows, seed }: ProximalProblem, precision: Precision = 'float64') {
    this.network = networkOf(plan, precision);
    const data = samplesFor(plan, samples, this.network.graph.targets, `data/${seed}`, precision);
    this.services = servicesOf(data, Math.min(tileRows, samples), seed, precision);
    this.options = proximal.options.parse(options);
    this.sweeper = new ProximalSweeper(this.network, this.options, this.services);
    this.stream = random(`perturbations/${seed}`);
  }

  /** Eq. 5 without multipliers, and the ridge of every group that has been solved. */
  objective(): number {
    const { graph } = this.network;
    return graph.groups.reduce(
      (sum, group) => sum + this.options.ridge * this.#strength(group) * squaredNorm([this.linear(group)]),
      augmentedObjective(this.network, this.sweeper.state, this.options),
    );
  }

  /** What it costs to move a group's weights away from `old`. */
  movingWeights(group: WeightGroup, old: Real): number {
    return this.options.alphaWeights * this.#strength(group) * squaredDistance([this.linear(group)], [old]);
  }

  /** Weights without the bias. */
  linear({ index, layer }: WeightGroup): Real {
    return this.network.weights[index]!.subarray(0, layer.weights - (layer.biases ?? 0));
  }

  /** All tiles' arrays of one block of a node. */
  arrays(kind: 'activations' | 'z', { index }: Node): Real[] {
    return this.sweeper.state.tiles.map((tile) => tile[kind][index]!.data);
  }

  /** All tiles' arrays of all blocks of a node. */
  blocks(node: Node): Real[] {
    return [...(isOutput(node) ? [] : this.arrays('activations', node)), ...this.arrays('z', node)];
  }

  /** Takes the scale of a group's ridge from the inputs as they are, the first time that they are not all zero. */
  decideScale({ index, members, layer }: WeightGroup): void {
    if (this.scales[index]! > 0) return;
    let sum = 0;
    this.sweeper.state.forEach((data, state) => {
      for (const node of members) for (const a of inputOf(node, data, state).data) sum += a * a;
    });
    this.scales[index] = sum / layer.inputs;
  }

  /** Sweeps, which must not fail, and takes the scales from the sweeper. */
  sweep(): SweepReport {
    const report = this.sweeper.sweep();
    if ('outcome' in report) throw new Error(report.detail);
    const { values } = this.sweeper.save();
    const pull = this.options.ridge + this.options.alphaWeights;
    for (const { index } of this.network.graph.groups)
      this.scales[index] = pull === 0 ? 0 : values[`ridge/${index}`]! / pull;
    return report;
  }

  /** What the node does to its `a` and `z`, as two steps of their own. */
  fineSteps(node: Node): { readonly what: Real[]; readonly run: () => void }[] {
    const { network, sweeper, services, options: penalties } = this;
    const { graph } = network;
    const { alpha } = penalties;
    const buffers = new TileBuffers(services.linearAlgebra, 'float64', services.shard);
    const inputs = graph.nodes.map((each) => nodeInput(each, graph.inputs, buffers));
    const z = this.arrays('z', node);
    if (isOutput(node)) {
      const beta = betaOf(node, penalties);
      const update = new ProximalOutput(node, network, inputs[node.index]!, { beta, alpha }, buffers);
      return [{ what: z, run: () => sweeper.state.forEach(({ x, y }, state) => update.update(x, y, state)) }];
    }
    const update = new ProximalHidden(node as HiddenNode, network, inputs, { penalties, alpha }, buffers, services);
    update.prepare();
    const a = this.arrays('activations', node);
    return [
      { what: a, run: () => sweeper.state.forEach(({ x }, state) => update.updateInputs(x, state)) },
      { what: z, run: () => sweeper.state.forEach(({ x }, state) => update.updateActivation(x, state)) },
    ];
  }

  #strength({ index, members }: WeightGroup): number {
    return betaOf(members[0]!, this.options) * (this.scales[index] ?? 0);
  }
}
