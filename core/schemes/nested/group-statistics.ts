import type { Block, Real } from '../../block.ts';
import { isOutput, type WeightGroup } from '../../graph.ts';
import type { WeightOptions, WeightSolver } from '../../layer-solver.ts';
import { hasConstantInput } from '../../node-input.ts';
import type { Failure } from '../../outcome.ts';

/** Sums over the samples for one weight group, in two parts that go over the ranks at different times. */
export class GroupStatistics {
  /** Whose they are. */
  readonly group: WeightGroup;
  /** What depends on the inputs alone. */
  readonly inputs: Float64Array;
  /** What depends on inputs and targets: the gradient of $\sum \langle z, W a \rangle$ in the weights. */
  readonly targets: Float64Array;
  /** Whether the inputs never change, so that they are gathered and factored once. */
  readonly constant: boolean;
  /** Whether all members are outputs, and their best weights a least-squares fit: they are refitted, not moved. */
  readonly exact: boolean;
  /** Whether the members are outputs. */
  readonly output: boolean;
  /** What depends on inputs and targets, of every member where they are kept apart; the first part is that of the sum. */
  readonly allTargets: Float64Array;
  readonly #all: Float64Array;
  readonly #options: WeightOptions;
  #solver: WeightSolver | undefined;

  constructor(group: WeightGroup, exact: boolean, options: WeightOptions) {
    const { inputStatistics, statistics } = group.layer;
    this.group = group;
    this.exact = exact;
    this.output = isOutput(group.members[0]!);
    this.constant = group.layer.inputStatistics === 0 || group.members.every(hasConstantInput);
    this.#options = options;
    // Tied hidden nodes ask for the same length each, which is known when all samples have been seen.
    const parts = this.output ? 1 : group.members.length;
    this.#all = new Float64Array(inputStatistics + parts * (statistics - inputStatistics));
    this.inputs = this.#all.subarray(0, inputStatistics);
    this.targets = this.#all.subarray(inputStatistics, statistics);
    this.allTargets = this.#all.subarray(inputStatistics);
  }

  /** Whether the weights move by steps. */
  get moves(): boolean {
    return !this.exact && this.group.layer.weights > 0;
  }

  /** Empty statistics of the same group, to be solved with the same options. */
  another(): GroupStatistics {
    return new GroupStatistics(this.group, this.exact, this.#options);
  }

  /** Adds a tile's share of the input statistics. */
  addInputs(a: Block): void {
    this.group.layer.gatherInputs(a, this.#all);
  }

  /**
   * Adds a tile's share of the target statistics.
   *
   * @param member - Position of the node among the hidden nodes that share the weights.
   */
  addTargets(a: Block, z: Block, member = 0): void {
    this.group.layer.gatherTargets(a, z, this.#all.subarray(member * this.targets.length));
  }

  /** Replaces the targets by the sum of every member's, each times its factor. */
  weighTargets(factors: readonly number[]): void {
    const { allTargets, targets } = this;
    const { length } = targets;
    for (let i = 0; i < length; i++) {
      let sum = 0;
      for (let member = 0; member < factors.length; member++)
        sum += factors[member]! * allTargets[member * length + i]!;
      targets[i] = sum;
    }
  }

  /** Forgets the input statistics, and their factor. */
  clearInputs(): void {
    this.inputs.fill(0);
    this.#solver = undefined;
  }

  /** Forgets the factor, but not what it was made from. */
  forgetFactor(): void {
    this.#solver = undefined;
  }

  /** The factored input statistics. */
  solver(): WeightSolver | Failure {
    if (this.#solver !== undefined) return this.#solver;
    const solver = this.group.layer.prepareWeights(this.#all, this.#options);
    if ('outcome' in solver) return { ...solver, detail: `weights "${this.group.name}": ${solver.detail}` };
    this.#solver = solver;
    return solver;
  }

  /** `w` = the weights that fit the targets gathered, by a solver of these inputs. */
  fit(solver: WeightSolver, w: Real): void {
    solver.solve(this.#all, w);
  }

  /** $\sum \langle z, W a \rangle$ over the samples, for the targets gathered. */
  innerTargets(w: Real): number {
    let sum = 0;
    for (let i = 0; i < this.targets.length; i++) sum += this.targets[i]! * w[i]!;
    return sum;
  }

  /** $|W|^2$ of the weights that the ridge counts: all but the biases. */
  ridgeNorm(w: Real): number {
    let sum = 0;
    for (let i = 0; i < this.#ridged; i++) sum += w[i]! * w[i]!;
    return sum;
  }

  /** Adds the pull of the ridge to the targets gathered: $-r W$. */
  addRidge(ridge: number, w: Real): void {
    for (let i = 0; i < this.#ridged; i++) this.targets[i]! -= ridge * w[i]!;
  }

  get #ridged(): number {
    return this.group.layer.weights - (this.group.layer.biases ?? 0);
  }
}
