import type { Real } from '../../block.ts';
import type { LayerServices, WeightSolver } from '../../layer-solver.ts';
import type { Failure } from '../../outcome.ts';
import type { Random } from '../../random.ts';
import type { GroupStatistics } from './group-statistics.ts';
import { LowRankInverse } from './low-rank-inverse.ts';

/** What a refresh leaves of the sums before it: they are those of the last 20 refreshes or so. */
const memory = 0.95;

/** As many chunks the sums at the start count for. */
const startRefreshes = 5;

/** What the chunks teach of one weight group: sums over the chunk at hand, and sums of its inputs that forget. */
export class RunningStatistics {
  /** Of the chunk at hand. */
  readonly chunk: GroupStatistics;
  readonly #first: GroupStatistics;
  /** Of the inputs; the factor is made from these. */
  readonly #running: GroupStatistics;
  #lowRank: LowRankInverse | undefined;
  /** How many samples the running sums stand for. */
  #samples = 0;

  /**
   * @param first - Of the first chunks: constant inputs of hidden layers, whose ridge is strong, need no more. Those of outputs
   * are refitted to other samples later.
   */
  constructor(first: GroupStatistics) {
    this.#first = first;
    this.chunk = first.another();
    this.#running = first.constant && !first.output ? first : first.another();
  }

  /** Whether chunks add to the input statistics. */
  get changes(): boolean {
    return this.#running !== this.#first;
  }

  /** Starts from the sums over the first samples, which count for no more than a few chunks. */
  start(samples: number, chunkSamples: number): void {
    const { inputs } = this.#first;
    if (!this.changes) {
      this.#samples = samples;
      return;
    }
    this.#samples = Math.min(samples, startRefreshes * chunkSamples);
    this.#running.clearInputs();
    for (let i = 0; i < inputs.length; i++) this.#running.inputs[i] = (inputs[i]! * this.#samples) / samples;
  }

  /** Forgets a little and adds the inputs of the chunk, which are summed over ranks. */
  refresh(samples: number): void {
    const { inputs } = this.#running;
    const chunk = this.chunk.inputs;
    for (let i = 0; i < inputs.length; i++) inputs[i] = memory * inputs[i]! + chunk[i]!;
    this.#samples = memory * this.#samples + samples;
    this.#running.forgetFactor();
  }

  /** The factored running statistics. */
  solver(): WeightSolver | Failure {
    return this.#running.solver();
  }

  /** The factor that makes sums over so many samples comparable with the running ones. */
  scale(samples: number): number {
    return this.#samples / samples;
  }

  /** `w` = `factor` times the weights that fit the targets of the chunk. */
  fit(solver: WeightSolver, factor: number, w: Real): void {
    if (this.#lowRank !== undefined) {
      this.#lowRank.solve(this.chunk.targets, factor, w);
      return;
    }
    this.chunk.fit(solver, w);
    for (let i = 0; i < w.length; i++) w[i]! *= factor;
  }

  /** Looks for a cheaper form of a factor that stays. */
  approximate(services: LayerServices, random: Random): void {
    const solver = this.changes ? undefined : this.solver();
    if (solver === undefined || 'outcome' in solver) return;
    this.#lowRank = LowRankInverse.of(solver, this.chunk, services, random);
  }

  /** The running sums, to be saved; none for constant inputs. */
  get sums(): Float64Array | undefined {
    return this.changes ? this.#running.inputs : undefined;
  }

  /** How many samples they stand for. */
  get samples(): number {
    return this.#samples;
  }

  /** Goes back to saved sums. */
  restore(samples: number, sums?: Float64Array): void {
    this.#samples = samples;
    if (sums === undefined || !this.changes) return;
    this.#running.inputs.set(sums);
    this.#running.forgetFactor();
  }
}
