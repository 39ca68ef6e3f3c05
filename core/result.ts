import type { Best } from './best-sweep.ts';
import type { RunEnd } from './engine.ts';
import type { LinearAlgebra } from './linear-algebra.ts';
import type { Score } from './observer.ts';
import type { Outcome } from './outcome.ts';

/** Summary of a run, as `result.json` holds it. */
export interface RunResult {
  /** Name of the scheme. */
  readonly scheme: string;
  /** Completed sweeps. */
  readonly sweeps: number;
  /** How the run ended. */
  readonly outcome: Outcome;
  /** Why the run ended. */
  readonly reason: string;
  /** Seconds in all sweeps, evaluation excluded. */
  readonly seconds: number;
  /** Of the weights that the model holds: those of the last completed sweep, or of the best one kept. */
  readonly train?: Score;
  /** The same on the validation data, where there is any. */
  readonly validation?: Score;
  /** The same on the test data, where there is any. */
  readonly test?: Score;
  /**
   * The sweep of the highest accuracy, with its accuracy on the test data where there is any. It is chosen on the
   * validation data; without such data it is the best of many looks at the test data, which flatters.
   */
  readonly best?: Best;
  /** The sweep whose weights the model holds, where it is not the last one. */
  readonly kept?: number;
  /** Samples over all ranks. */
  readonly samples: number;
  /** Number of ranks. */
  readonly ranks: number;
  /** Name of the linear algebra used. */
  readonly linearAlgebra: string;
  /** The seed that everything random came from. */
  readonly seed: number | string;
}

/** What a result says of the run besides how it ended. */
export interface RunFacts {
  /** Name of the scheme. */
  readonly scheme: string;
  /** Samples over all ranks. */
  readonly samples: number;
  /** Number of ranks. */
  readonly ranks: number;
  /** Name of the linear algebra used. */
  readonly linearAlgebra: Pick<LinearAlgebra, 'name'>;
  /** The seed that everything random came from. */
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
    ...(kept?.validation && { validation: kept.validation }),
    ...(kept?.test && { test: kept.test }),
    ...(best && { best }),
    ...(kept && kept !== last && { kept: kept.sweep }),
    samples: facts.samples,
    ranks: facts.ranks,
    linearAlgebra: facts.linearAlgebra.name,
    seed: facts.seed,
  };
}
