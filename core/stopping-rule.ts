import type { SweepRecord } from './observer.ts';

/** Extension point: when to stop. */
export interface StoppingRule {
  /** The reason to stop after this record, or `undefined` to go on. Called once per sweep, in order. */
  met(record: SweepRecord): string | undefined;
}
