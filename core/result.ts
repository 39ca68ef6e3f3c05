import type { Best, RunEnd } from './engine.ts';
import type { Score } from './observer.ts';
import type { Outcome } from './outcome.ts';

/** Summary of a run, as `result.json` holds it. */
export interface RunResult {
  readonly scheme: string;
  /** Completed sweeps. */
  readonly sweeps: number;
  readonly outcome: Outcome;
  /** Why the run ended. */
  readonly reason: string;
  /** Seconds in all sweeps, evaluation excluded. */
  readonly seconds: number;
  /** Of the weights that the model holds: those of the last completed sweep, or of the best one kept. */
  readonly train?: Score;
  readonly test?: Score;
  readonly best?: Best;
  /** Samples over all ranks. */
  readonly samples: number;
  readonly ranks: number;
  readonly linearAlgebra: string;
  readonly seed: number | string;
}

/** What a result says of the run besides how it ended. */
export interface RunFacts {
  readonly scheme: string;
  readonly samples: number;
  readonly ranks: number;
  readonly linearAlgebra: { readonly name: string };
  readonly seed: number | string;
}

/** Summarises a run. */
export function resultOf({ outcome, reason, last, kept, best }: RunEnd, facts: RunFacts): RunResult {
  return {
    scheme: facts.scheme,
    sweeps: last?.sweep ?? 0,
    outcome,
    reason,
    seconds: last?.totalSeconds ?? 0,
    ...(kept && { train: kept.train }),
    ...(kept?.test && { test: kept.test }),
    ...(best && { best }),
    samples: facts.samples,
    ranks: facts.ranks,
    linearAlgebra: facts.linearAlgebra.name,
    seed: facts.seed,
  };
}
