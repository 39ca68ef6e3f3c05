import type { StopConfiguration } from './run-configuration.ts';
import type { StoppingRule } from './stopping-rule.ts';

/** Sweeps of a run that names no stopping rule. */
export const defaultSweeps = 30;

/** Stops after so many sweeps. */
export const afterSweeps = (sweeps: number): StoppingRule => ({
  met: ({ sweep }) => (sweep >= sweeps ? `${sweeps} sweeps done` : undefined),
});

/** Stops once the sweeps have taken so many seconds, evaluation excluded. */
export const afterSeconds = (seconds: number): StoppingRule => ({
  met: ({ totalSeconds }) => (totalSeconds >= seconds ? `${seconds} seconds of sweeps done` : undefined),
});

/** Stops at an accuracy (0 to 1) on the test data. */
export const atTestAccuracy = (accuracy: number): StoppingRule => ({
  met: ({ test }) =>
    test !== undefined && test.accuracy >= accuracy ? `test accuracy ${accuracy} reached` : undefined,
});

/** Stops at an accuracy (0 to 1) on the validation data. */
export const atValidationAccuracy = (accuracy: number): StoppingRule => ({
  met: ({ validation }) =>
    validation !== undefined && validation.accuracy >= accuracy ? `validation accuracy ${accuracy} reached` : undefined,
});

/**
 * Stops after so many sweeps in a row without a better accuracy: on the validation data where there is any, else on the
 * test data, else on the training data.
 */
export function withoutProgress(sweeps: number): StoppingRule {
  let best = -Infinity;
  let since = 0;
  return {
    met({ train, validation, test }) {
      const { accuracy } = validation ?? test ?? train;
      since = accuracy > best ? 0 : since + 1;
      best = Math.max(best, accuracy);
      return since >= sweeps ? `no better accuracy in ${sweeps} sweeps` : undefined;
    },
  };
}

/** The stopping rules of a run file. With none, a run stops after {@link defaultSweeps}. */
export function stoppingRules(stop: StopConfiguration): StoppingRule[] {
  const { sweeps, seconds, validationAccuracy, testAccuracy, patience } = stop;
  const rules: StoppingRule[] = [];
  if (sweeps !== undefined) rules.push(afterSweeps(sweeps));
  if (seconds !== undefined) rules.push(afterSeconds(seconds));
  if (validationAccuracy !== undefined) rules.push(atValidationAccuracy(validationAccuracy));
  if (testAccuracy !== undefined) rules.push(atTestAccuracy(testAccuracy));
  if (patience !== undefined) rules.push(withoutProgress(patience));
  return rules.length > 0 ? rules : [afterSweeps(defaultSweeps)];
}

/** The most sweeps that a run can take, where its stopping rules bound them. */
export function sweepLimit(stop: StopConfiguration): number | undefined {
  const bounded = Object.values(stop).some((value) => value !== undefined);
  return bounded ? stop.sweeps : defaultSweeps;
}
