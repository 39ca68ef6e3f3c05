import type { RunStart, SweepRecord } from '../../core/observer.ts';
import type { Outcome } from '../../core/outcome.ts';

/** What is known of a run outside its workers when it starts. */
export type RunOutline = Omit<RunStart, 'network'>;

/** Watches a run from the main thread: an observer without the network, which the workers have. */
export interface Watcher {
  /** While the samples are read: rows of that file that a rank has read, and the part of its share that they are. */
  reading?(name: string, rows: number, part: number): void;
  /** Before the first sweep. */
  start?(run: RunOutline): void | Promise<void>;
  /** Something worth telling that is not of a sweep, e.g. that a checkpoint cannot be written. */
  note?(text: string): void;
  /** After every sweep; the next one may be under way. */
  sweep?(record: SweepRecord): void | Promise<void>;
  /** Once, however the run ended. */
  end?(outcome: Outcome, last: SweepRecord | undefined): void | Promise<void>;
}
