/**
 * How a run ended. `finished`: the stopping rule was met. `interrupted`: asked to stop. The others are numerical
 * failures: values, not exceptions, each with a remedy in {@link remedies}.
 */
export type Outcome = 'finished' | 'interrupted' | FailedOutcome;

/** The ways a run can fail numerically. */
export type FailedOutcome = 'singular' | 'non-finite' | 'diverged';

/** What to try after each kind of failure. */
export const remedies: Readonly<Record<FailedOutcome, string>> = {
  singular:
    'A Gram matrix could not be factored. Raise `ridge`, standardise the inputs, or give more samples than inputs.',
  'non-finite': 'An iterate became NaN or infinite. Standardise the inputs, lower `beta`, or raise `ridge`.',
  diverged: 'Objective or loss kept rising. Lower `beta` relative to `gamma`, raise `ridge`, or use more warm sweeps.',
};

/** A numerical failure: which one, and where (node and numbers). */
export interface Failure {
  /** Which failure. */
  readonly outcome: FailedOutcome;
  /** Where and what, e.g. `node "dense-1": 12 of 300 statistics are not finite`. */
  readonly detail: string;
}

/** One line that says what failed, where, and what to try. */
export const describeFailure = (failure: Failure): string =>
  `${failure.outcome}: ${failure.detail}. ${remedies[failure.outcome]}`;
