import type { Block, Real } from '../block.ts';
import type { WeightGroup } from '../graph.ts';
import type { Remedy, WeightOptions, WeightSolver } from '../layer-solver.ts';
import { hasConstantInput, type NodeInput } from '../node-input.ts';
import type { Failure } from '../outcome.ts';
import type { SchemeServices } from '../scheme.ts';
import type { TileState } from './split-state.ts';

/**
 * The weights of one group by transpose reduction: shares of the statistics are gathered tile by tile, summed over ranks,
 * and solved on every rank alike (Taylor et al. 2016, section 5). Where all members read nothing but data, the input
 * statistics are gathered, summed and factored once.
 */
export class GroupWeights {
  readonly #group: WeightGroup;
  readonly #services: SchemeServices;
  readonly #options: WeightOptions;
  readonly #statistics: Float64Array;
  readonly #constantInputs: boolean;
  #solver: WeightSolver | undefined;

  constructor(group: WeightGroup, options: WeightOptions, services: SchemeServices) {
    this.#group = group;
    this.#options = options;
    this.#services = services;
    this.#statistics = new Float64Array(group.layer.statistics);
    this.#constantInputs = group.members.every(hasConstantInput);
  }

  /** Whether the inputs must be gathered again for every solve. */
  get inputsChange(): boolean {
    return !this.#constantInputs;
  }

  /** Adds a member's share of the input statistics on one tile. */
  gatherInputs(input: NodeInput, x: Block, state: TileState): void {
    this.#group.layer.gatherInputs(input(x, state.activations), this.#statistics);
  }

  /** Adds a member's share of the target statistics on one tile, and of the input statistics where they change. */
  gather(member: number, input: NodeInput, x: Block, state: TileState): void {
    const a = input(x, state.activations);
    if (!this.#constantInputs) this.#group.layer.gatherInputs(a, this.#statistics);
    this.#group.layer.gatherTargets(a, state.z[member]!, this.#statistics);
  }

  /** Forgets everything gathered. */
  clear(): void {
    this.#statistics.fill(0);
    this.#solver = undefined;
  }

  /**
   * Sums the statistics over ranks, solves the weights, and clears what the next sweep gathers anew.
   *
   * @param anchor - Share $s$ of the ridge $r$ that pulls the linear part towards the weights as they are, in place of
   * zero: $|z - W a|^2 + (1 - s) r |W|^2 + s r |W - W_\text{old}|^2$. Default: 0.
   */
  solve(weights: Real, anchor = 0): Remedy | Failure {
    const { layer } = this.#group;
    const { consensus, clock } = this.#services;
    const fresh = this.#solver === undefined ? 0 : layer.inputStatistics;
    clock.enter('consensus');
    consensus.sum(this.#statistics.subarray(fresh));
    clock.enter('weights');
    const solver = this.#solver ?? layer.prepareWeights(this.#statistics, this.#options);
    if ('outcome' in solver) return { ...solver, detail: `weights "${this.#group.name}": ${solver.detail}` };
    if (anchor > 0) this.#addAnchor(anchor * solver.ridge, weights);
    solver.solve(this.#statistics, weights);
    if (this.#constantInputs) this.#solver = solver;
    this.#statistics.fill(0, this.#constantInputs ? layer.inputStatistics : 0);
    clock.leave();
    return solver.remedy;
  }

  /** Target statistics are laid out like the weights, and $W (G + r) = C + s r W_\text{old}$ is the anchored problem. */
  #addAnchor(strength: number, weights: Real): void {
    const { inputStatistics, biases = 0 } = this.#group.layer;
    for (let i = 0; i < weights.length - biases; i++) this.#statistics[inputStatistics + i]! += strength * weights[i]!;
  }
}
