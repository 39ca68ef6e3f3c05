import type { Real } from './block.ts';
import type { SweepRecord } from './observer.ts';
import type { Outcome } from './outcome.ts';
import type { Snapshot } from './scheme.ts';

/** A run after one of its sweeps, on one rank: with configuration and data, all it takes to go on with the same bits. */
export interface RunSnapshot {
  /** Of all sweeps so far, as rank 0 has them. */
  readonly records: readonly SweepRecord[];
  /** One vector per weight group. */
  readonly weights: readonly Real[];
  /** The weights of the best sweep so far. */
  readonly bestWeights: readonly Real[];
  /** The state of the scheme. */
  readonly sweeper: Snapshot;
  /** Whether that holds numbers of every sample of this rank. Else it is the same on every rank. */
  readonly perSample: boolean;
}

/** A sweep after which a run could be taken up again. */
export interface Resumable {
  /** What the sweep did. */
  readonly record: SweepRecord;
  /** How the run ends after it, if it does. */
  readonly ending?: Outcome;
  /** Copies the state of this rank. */
  readonly snapshot: () => RunSnapshot;
}

/**
 * Extension point: where snapshots of a run are kept. Both calls are collective: all ranks make them, after the same sweep.
 */
export interface Checkpoints {
  /** The snapshot to go on from; `undefined` to start from the beginning. Called once, before the first sweep. */
  load(): RunSnapshot | undefined | Promise<RunSnapshot | undefined>;
  /** Told of every sweep: it may keep a snapshot. It throws for nothing that training could outlive, such as a full disk. */
  offer(sweep: Resumable): void | Promise<void>;
}
