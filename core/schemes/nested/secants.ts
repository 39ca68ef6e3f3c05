import { zeros, type Block } from '../../block.ts';
import type { Failure } from '../../outcome.ts';
import type { TileBuffer } from '../../tile-buffer.ts';
import type { Direction } from './directions.ts';
import { FeasiblePass } from './feasible-pass.ts';
import { GroupStatistics } from './group-statistics.ts';
import type { NestedParts } from './parts.ts';
import { Probe } from './probe.ts';
import type { StepModel, StepModeller } from './step-model.ts';
import type { Subsample } from './subsample.ts';
import { dot } from './sums.ts';

/**
 * The model of the objective along directions, from secants: one extra forward pass over a subsample for each,
 * $u = (f(W + \varepsilon D) - f(W)) / \varepsilon$. Exact outputs refit themselves while the others move, so what they can undo
 * is taken out of the curvature (Kaufman 1975): $H_{ij} = \langle u_i, u_j \rangle - \langle B_i, B_j (G + r I)^{-1} \rangle$
 * with $B_i = \sum u_i a^T$. The ridge grows with the features, and so its secant is part of the slope:
 * $g_i = \langle y - f, u_i \rangle - \frac{1}{2} |W_L|^2 (r(W + \varepsilon D) - r(W)) / \varepsilon$.
 */
export class Secants implements StepModeller {
  readonly #parts: NestedParts;
  readonly #base: FeasiblePass;
  /** By `group.index`: statistics of the exact outputs on the subsample. */
  readonly #statistics: readonly (GroupStatistics | undefined)[];
  readonly #probes: readonly Probe[];
  readonly #residuals: readonly TileBuffer[];
  readonly #slopes = new Float64Array(2);
  readonly #curvatures = new Float64Array(4);

  constructor(parts: NestedParts) {
    const { network, buffers } = parts;
    const weightOptions = { regulariser: parts.outputRidge, precision: network.precision };
    const make = (): (GroupStatistics | undefined)[] =>
      parts.groups.map(({ group, exact }) => (exact ? new GroupStatistics(group, exact, weightOptions) : undefined));
    this.#parts = parts;
    this.#base = new FeasiblePass(network, buffers);
    this.#statistics = make();
    this.#probes = [0, 1].map(() => new Probe(network, buffers, make));
    this.#residuals = network.graph.outputs.map((node) => buffers.make(node.size));
  }

  /**
   * One sum over ranks. At most two directions.
   *
   * @param reach - Length of the secants, relative to that of the weights.
   */
  model(directions: readonly Direction[], subsample: Subsample, reach: number): StepModel | Failure {
    const { message, network, services } = this.#parts;
    const probes = this.#probes.slice(0, directions.length);
    services.clock.enter('activations');
    probes.forEach((probe, i) => probe.move(network.weights, directions[i]!, reach));
    for (const statistics of this.#statistics) statistics?.clearInputs();
    this.#slopes.fill(0);
    this.#curvatures.fill(0);
    subsample.forEach(services.shard.tileRows, (x, y) => this.#gather(x, y, probes));
    const inputs = [...this.#statistics, ...probes.flatMap(({ moved }) => moved)].map((group) => group?.inputs);
    const secants = probes.flatMap((probe) => probe.secants).map((group) => group?.targets);
    const parts = [...inputs, ...secants].filter((part) => part !== undefined);
    message.sum([this.#slopes, this.#curvatures, ...parts]);
    services.clock.enter('weights');
    const failure = this.#project(probes);
    services.clock.leave();
    return failure ?? this.#take(directions.length);
  }

  #gather(x: Block, y: Block, probes: readonly Probe[]): void {
    const { network, targets } = this.#parts;
    this.#base.hidden(x);
    for (const { pass } of probes) pass.hidden(x);
    network.graph.outputs.forEach((node, output) => {
      const base = this.#base.output(node, x);
      const input = this.#base.input(node, x);
      const residual = this.#residuals[output]!(base.rows);
      targets.get(node)!.residual(x, y, base, residual);
      this.#statistics[node.group.index]?.addInputs(input);
      const secants = probes.map((probe) => probe.secant(node, x, base, input));
      secants.forEach((u, i) => {
        this.#slopes[i]! += dot(residual, u);
        secants.forEach((v, j) => (this.#curvatures[2 * i + j]! += dot(u, v)));
      });
    });
  }

  #project(probes: readonly Probe[]): Failure | undefined {
    const { weights } = this.#parts.network;
    for (const statistics of this.#statistics) {
      if (statistics === undefined) continue;
      const { index, layer } = statistics.group;
      const solver = statistics.solver();
      if ('outcome' in solver) return solver;
      const norm = statistics.ridgeNorm(weights[index]!);
      for (const [i, probe] of probes.entries()) {
        const moved = probe.moved[index]!.solver();
        if ('outcome' in moved) return moved;
        this.#slopes[i]! -= (norm * (moved.ridge - solver.ridge)) / probe.length / 2;
        const own = probe.secants[index]!;
        own.inputs.set(statistics.inputs);
        const fit = zeros('float64', layer.weights);
        own.fit(solver, fit);
        probes.forEach((other, j) => (this.#curvatures[2 * i + j]! -= other.secants[index]!.innerTargets(fit)));
      }
    }
    return undefined;
  }

  #take(count: number): StepModel {
    const curvatures = new Float64Array(count * count);
    for (let i = 0; i < curvatures.length; i++) {
      curvatures[i] = this.#curvatures[2 * Math.floor(i / count) + (i % count)]!;
    }
    return { slopes: this.#slopes.slice(0, count), curvatures };
  }
}
