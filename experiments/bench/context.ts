import type { Plan } from './plan.ts';
import type { SgemmRate } from './sgemm.ts';

/** What every benchmark works with. */
export interface Context {
  /** How large everything is, and how often it is done. */
  readonly plan: Plan;
  /** The machine's sgemm, which has its turn in every round; `undefined` where there is none. */
  readonly sgemm: SgemmRate | undefined;
  /** Told what is going on, one line at a time. */
  readonly progress: (line: string) => void;
}
