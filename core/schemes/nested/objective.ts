import type { Block } from '../../block.ts';
import type { Node, OutputNode } from '../../graph.ts';
import type { Failure } from '../../outcome.ts';
import type { SchemeServices } from '../../scheme.ts';
import type { TileBuffer } from '../../tile-buffer.ts';
import type { GroupStatistics } from './group-statistics.ts';
import type { OutputTargets } from './output-targets.ts';
import type { NestedParts } from './parts.ts';
import { addColumns, squares } from './sums.ts';

/** Samples that an evaluation goes over. */
export interface Scope {
  /** How many they are over all ranks. */
  readonly samples: number;
  /** Whether the input statistics of hidden groups are gathered too. */
  readonly hidden: boolean;
  /** Visits those of this rank, at most a tile of the shard at a time. */
  forEach(visit: (x: Block, y: Block) => void): void;
}

/** Every sample of every shard, tile by tile. */
export const everySample = ({ shard, samples }: SchemeServices, hidden: boolean): Scope => ({
  samples,
  hidden,
  forEach(visit) {
    for (let index = 0; index < shard.tiles; index++) {
      const { x, y } = shard.tile(index);
      visit(x, y);
    }
  },
});

/**
 * The objective of the nested scheme, a function of the hidden weights alone where the loss is least squares:
 * $F = \frac{1}{n} \min_{W_L} (\sum |y - W_L a|^2 + r |W_L|^2)$ (variable projection: Golub and Pereyra 1973). Other losses enter by
 * their Moreau envelope at the weights as they are.
 */
export class Objective {
  readonly #parts: NestedParts;
  readonly #residuals: readonly TileBuffer[];
  /** Of every output node: $\sum |y|^2$, or the envelope. */
  readonly #sums: Float64Array;
  /** Sums of the targets of exact outputs, then how many samples have them. */
  readonly #targetSums: ReadonlyMap<Node, Float64Array>;
  /** Every sample of the shard, every group. */
  readonly #everything: Scope;
  /** What was gone over last; statistics of constant inputs are gathered anew where it changes. */
  #scope: Scope | undefined;

  constructor(parts: NestedParts) {
    const { outputs } = parts.network.graph;
    this.#parts = parts;
    this.#everything = everySample(parts.services, true);
    this.#residuals = outputs.map((node) => parts.buffers.make(node.size));
    this.#sums = new Float64Array(outputs.length);
    const exact = outputs.filter(({ group }) => parts.groups[group.index]!.exact);
    this.#targetSums = new Map(exact.map((node) => [node, new Float64Array(node.size + 1)]));
  }

  /**
   * One pass over the samples, one sum over ranks; refits the exact outputs and returns $F$.
   *
   * @param scope - Default: every sample and every group.
   */
  evaluate(scope = this.#everything): number | Failure {
    const { message, groups, services } = this.#parts;
    const fresh = groups.filter((group) => this.#isFresh(group, scope));
    this.#gather(scope, fresh);
    const exact = groups.filter((group) => group.exact);
    message.sum([
      this.#sums,
      ...this.#targetSums.values(),
      ...fresh.map(({ inputs }) => inputs),
      ...exact.map(({ targets }) => targets),
    ]);
    this.#scope = scope;
    services.clock.enter('weights');
    const value = this.#refit();
    services.clock.leave();
    return value;
  }

  /** Refits the exact outputs to the statistics at hand with the ridge as it is now; returns $F$. */
  refit(): number | Failure {
    for (const group of this.#parts.groups) if (group.output) group.forgetFactor();
    return this.#refit();
  }

  /**
   * $|y - \hat y|^2 / (|y - \bar y|^2 - |y - \hat y|^2)$ of the exact outputs as they fit now; `undefined` where there are none.
   */
  noiseToSignal(): number | undefined {
    const { groups, network } = this.#parts;
    const exact = groups.filter((group) => group.exact);
    if (exact.length === 0) return undefined;
    let noise = 0;
    let signal = 0;
    for (const group of exact) {
      for (const node of group.group.members) {
        const squared = this.#sums[network.graph.outputs.indexOf(node as OutputNode)]!;
        noise += squared;
        const sums = this.#targetSums.get(node)!;
        signal += squared - sums.subarray(0, node.size).reduce((sum, value) => sum + value ** 2 / sums[node.size]!, 0);
      }
      noise -= group.innerTargets(network.weights[group.group.index]!);
    }
    return noise / Math.max(signal - noise, 0);
  }

  #isFresh({ constant, output }: GroupStatistics, scope: Scope): boolean {
    return (output || scope.hidden) && !(constant && this.#scope === scope);
  }

  #gather(scope: Scope, fresh: readonly GroupStatistics[]): void {
    const { pass, kept, groups, services } = this.#parts;
    const { clock } = services;
    const keeps = scope === this.#everything && kept.tiles.length > 0;
    this.#sums.fill(0);
    for (const sums of this.#targetSums.values()) sums.fill(0);
    for (const group of fresh) group.clearInputs();
    for (const group of groups) if (group.exact) group.targets.fill(0);
    let index = 0;
    scope.forEach((x, y) => {
      clock.enter('activations');
      pass.hidden(x, keeps ? kept.tiles[index++] : undefined);
      clock.enter('gather');
      this.#gatherTile(x, y, fresh);
    });
    kept.valid = keeps;
    clock.leave();
  }

  #gatherTile(x: Block, y: Block, fresh: readonly GroupStatistics[]): void {
    const { pass, groups, targets, network } = this.#parts;
    for (const group of fresh) {
      for (const node of group.group.members) group.addInputs(pass.input(node, x));
    }
    network.graph.outputs.forEach((node, output) => {
      const aim = targets.get(node)!;
      const group = groups[node.group.index]!;
      if (group.exact) {
        const own = aim.of(x, y);
        group.addTargets(pass.input(node, x), own);
        this.#sums[output]! += squares(own);
        this.#addTargets(node, own);
      } else {
        this.#sums[output]! += this.#envelope(output, aim, x, y);
      }
    });
  }

  #addTargets(node: Node, own: Block): void {
    const sums = this.#targetSums.get(node)!;
    addColumns(own, sums);
    sums[node.size]! += own.rows;
  }

  #envelope(output: number, aim: OutputTargets, x: Block, y: Block): number {
    const { pass, network } = this.#parts;
    const m = pass.output(network.graph.outputs[output]!, x);
    return aim.residual(x, y, m, this.#residuals[output]!(m.rows));
  }

  #refit(): number | Failure {
    const { groups, network } = this.#parts;
    let total = 0;
    for (const sum of this.#sums) total += sum;
    for (const group of groups) {
      if (!group.output) continue;
      const solver = group.solver();
      if ('outcome' in solver) return solver;
      const weights = network.weights[group.group.index]!;
      if (group.exact) {
        const fitted = new Float64Array(weights.length);
        group.fit(solver, fitted);
        weights.set(fitted);
        // At the minimum the cross terms and the quadratic ones cancel but for one of them.
        total -= group.innerTargets(fitted);
      } else {
        total += solver.ridge * group.ridgeNorm(weights);
      }
    }
    const value = total / this.#scope!.samples;
    return Number.isFinite(value) ? value : { outcome: 'non-finite', detail: `the objective is ${value}` };
  }
}
