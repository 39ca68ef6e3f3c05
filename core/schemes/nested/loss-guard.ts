/** How far above its running mean the loss of a chunk, or that mean above its lowest, is taken for divergence. */
const limit = 2;

/** How much of the mean a new loss takes over, once there are enough. */
const weight = 0.1;

/** What the guard remembers. */
export interface LossMemory {
  /** Running mean of the losses. */
  readonly mean: number;
  /** The lowest mean of enough losses; the largest number before. */
  readonly lowest: number;
  /** Losses seen. */
  readonly count: number;
}

/** Tells from the losses of the chunks whether a run goes well. */
export class LossGuard {
  /** What it has learnt. */
  memory: LossMemory = { mean: 0, lowest: Number.MAX_VALUE, count: 0 };

  /**
   * What the loss says of the weights that it was measured at: `diverging` where it is not finite or leaps, or where its mean
   * creeps up; otherwise `good` where it is no more than its mean. Learns from it unless it says `diverging`.
   */
  judge(loss: number): 'good' | 'doubtful' | 'diverging' {
    const { mean: before, lowest, count } = this.memory;
    const part = Math.max(weight, 1 / (count + 1));
    const mean = before + part * (loss - before);
    const leaps = count > 0 && loss > limit * before;
    if (!Number.isFinite(loss) || leaps || mean > limit * lowest) return 'diverging';
    const enough = count + 1 >= 1 / weight;
    this.memory = { mean, lowest: enough ? Math.min(lowest, mean) : lowest, count: count + 1 };
    return count === 0 || loss <= before ? 'good' : 'doubtful';
  }
}
