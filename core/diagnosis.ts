import type { SweepRecord } from './observer.ts';
import type { Advice, Symptom } from './symptom.ts';

/** What the diagnosis of a run looks at: the same on every rank, and never the test data. */
export type SweepFacts = Pick<SweepRecord, 'sweep' | 'objective' | 'train' | 'validation' | 'measures'>;

/** A symptom that the sweeps so far show, with the numbers that show it. */
export interface Finding {
  /** Which symptom. */
  readonly symptom: Symptom;
  /** What was seen, as a sentence without its full stop. */
  readonly detail: string;
}

/** Sweeps over which something has to go on before it is told. */
const long = 10;
const short = 5;

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
const number = (value: number): string => String(Number(value.toPrecision(4)));

/** The last `count` sweeps and the one before them, or none where there are not as many. */
const lastOf = (history: readonly SweepFacts[], count: number): readonly SweepFacts[] =>
  history.length > count ? history.slice(-count - 1) : [];

/** Whether a value went the same way (1 up, -1 down) from each of some sweeps to the next. */
const went = (sweeps: readonly SweepFacts[], way: 1 | -1, value: (facts: SweepFacts) => number | undefined): boolean =>
  sweeps.length > 1 && sweeps.slice(1).every((facts, i) => way * (value(facts)! - value(sweeps[i]!)!) > 0);

const trainLoss = ({ train }: SweepFacts): number => train.loss;
const trainAccuracy = ({ train }: SweepFacts): number => train.accuracy;
const validationLoss = ({ validation }: SweepFacts): number | undefined => validation?.loss;

const bestAccuracy = (history: readonly SweepFacts[]): number => Math.max(...history.map(trainAccuracy));

/** The relaxed outputs are right, and the objective falls by half or more, but the loss of the deployed network hardly falls. */
function slow(history: readonly SweepFacts[]): string | undefined {
  const [before] = lastOf(history, long);
  const now = history.at(-1)!;
  const relaxed = now.measures?.['relaxedAccuracy'];
  if (before === undefined || relaxed === undefined) return undefined;
  const hardly = now.train.loss > 0.95 * before.train.loss;
  const closing = now.objective >= 0 && now.objective <= before.objective / 2;
  if (!hardly || !closing || relaxed < now.train.accuracy + 0.1) return undefined;
  return `Slow: from sweep ${before.sweep} to ${now.sweep} the objective fell from ${number(before.objective)} to ${number(now.objective)}, but the training loss of the deployed network went from ${number(before.train.loss)} to ${number(now.train.loss)}; ${percent(relaxed)} of the relaxed outputs are right, ${percent(now.train.accuracy)} of the deployed ones`;
}

/** Neither loss nor error of the deployed network changes by a fortieth in {@link long} sweeps. */
function hardlyChanges(before: SweepFacts | undefined, now: SweepFacts): boolean {
  if (before === undefined) return false;
  const least = 0.025;
  const loss = Math.abs(now.train.loss - before.train.loss);
  const error = Math.abs(now.train.accuracy - before.train.accuracy);
  return loss < least * before.train.loss && error < least * (1 - before.train.accuracy);
}

/** The objective stays within 1e-4 of itself for `short` sweeps, and the accuracy within 0.1 points. */
function standsStill(sweeps: readonly SweepFacts[]): boolean {
  if (sweeps.length === 0) return false;
  const spread = (value: (facts: SweepFacts) => number): number => {
    const values = sweeps.map(value);
    return Math.max(...values) - Math.min(...values);
  };
  const size = Math.abs(sweeps.at(-1)!.objective);
  return spread(({ objective }) => objective) < 1e-4 * size && spread(trainAccuracy) < 1e-3;
}

function stalled(history: readonly SweepFacts[]): string | undefined {
  const now = history.at(-1)!;
  const gradual = lastOf(history, long)[0];
  const flat = lastOf(history, short);
  const before = hardlyChanges(gradual, now) ? gradual : standsStill(flat) ? flat[0] : undefined;
  // Where every decision is right already, there is nothing to try.
  if (before === undefined || now.train.accuracy === 1) return undefined;
  return `Stalled: from sweep ${before.sweep} to ${now.sweep} the objective went from ${number(before.objective)} to ${number(now.objective)}, the training loss from ${number(before.train.loss)} to ${number(now.train.loss)}, and the training accuracy from ${percent(before.train.accuracy)} to ${percent(now.train.accuracy)}`;
}

/** The training loss doubles, or rises with the objective, or the training accuracy falls by 3 points, sweep after sweep. */
function diverging(history: readonly SweepFacts[]): string | undefined {
  const now = history.at(-1)!;
  if (now.train.accuracy >= bestAccuracy(history)) return undefined;
  const lowest = history.reduce((low, facts) => (facts.train.loss < low.train.loss ? facts : low));
  const doubled = now.train.loss >= 2 * lowest.train.loss && went(lastOf(history, 3), 1, trainLoss);
  const sweeps = lastOf(history, short);
  const before = sweeps[0];
  const rising = went(sweeps, 1, ({ objective }) => objective) && went(sweeps, 1, trainLoss);
  const risen = rising && now.train.loss >= 1.1 * before!.train.loss;
  const fallen = went(sweeps, -1, trainAccuracy) && now.train.accuracy <= before!.train.accuracy - 0.03;
  if (!doubled && !risen && !fallen) return undefined;
  const since = doubled ? lowest : before!;
  return `Getting worse: from sweep ${since.sweep} to ${now.sweep} the training loss went from ${number(since.train.loss)} to ${number(now.train.loss)}, and the training accuracy from ${percent(since.train.accuracy)} to ${percent(now.train.accuracy)}`;
}

/** The validation loss rises while the training loss falls, sweep after sweep, and the validation accuracy is past its best. */
function overfitting(history: readonly SweepFacts[]): string | undefined {
  const now = history.at(-1)!;
  const sweeps = lastOf(history, short);
  if (now.validation === undefined) return undefined;
  if (!went(sweeps, 1, validationLoss) || !went(sweeps, -1, trainLoss)) return undefined;
  const scores = history.flatMap(({ validation }) => validation ?? []);
  const lowest = Math.min(...scores.map(({ loss }) => loss));
  const best = Math.max(...scores.map(({ accuracy }) => accuracy));
  if (now.validation.loss < 1.02 * lowest || now.validation.accuracy >= best) return undefined;
  const before = sweeps[0]!;
  return `Over-fitting: from sweep ${before.sweep} to ${now.sweep} the training loss fell from ${number(before.train.loss)} to ${number(now.train.loss)}, while the validation loss rose from ${number(before.validation!.loss)} to ${number(now.validation.loss)}; the validation accuracy is ${percent(now.validation.accuracy)}, and was ${percent(best)} at best`;
}

/**
 * The measure `damping` is at least 100 times what it was at first and has not fallen for `short` sweeps, and the
 * measure `step`, where there is one, is at most a tenth of the longest.
 */
function damped(history: readonly SweepFacts[]): string | undefined {
  const measured = (name: string): readonly number[] => history.flatMap(({ measures }) => measures?.[name] ?? []);
  const dampings = measured('damping');
  const steps = measured('step');
  const recent = dampings.slice(-short - 1);
  if (recent.length <= short || recent.slice(1).some((value, i) => value < recent[i]!)) return undefined;
  const [first, now, step] = [dampings[0]!, dampings.at(-1)!, steps.at(-1)];
  if (now < 100 * first || (step !== undefined && step > Math.max(...steps) / 10)) return undefined;
  const length =
    step === undefined ? '' : `; the last step was ${number(step)} long, the longest ${number(Math.max(...steps))}`;
  return `Short steps: the damping rose from ${number(first)} to ${number(now)}, and has not fallen for ${short} sweeps${length}`;
}

const detectors: Readonly<Record<Symptom, (history: readonly SweepFacts[]) => string | undefined>> = {
  slow,
  stalled,
  diverging,
  overfitting,
  damped,
};

/** What to try where the scheme has no advice of its own. */
const generalAdvice: Readonly<Record<Symptom, string>> = {
  slow: 'Try weaker penalties of the constraints, or another scheme.',
  stalled: 'If that is not good enough, try another scheme or start, more units, or less ridge.',
  diverging: 'Try a higher `ridge`, standardised inputs, or `keepBest: true` to end with the best weights.',
  overfitting: 'Try more `ridge`, fewer units, or stop by `patience`; `keepBest` ends with the best weights.',
  damped: 'Try a higher `ridge`, standardised inputs, or fewer sweeps.',
};

/** What the sweeps of a run show after the last of them; most often nothing. */
export function findings(history: readonly SweepFacts[]): readonly Finding[] {
  if (history.length === 0) return [];
  return Object.entries(detectors).flatMap(([symptom, detect]) => {
    const detail = detect(history);
    return detail === undefined ? [] : { symptom: symptom as Symptom, detail };
  });
}

/**
 * Why a run cannot be saved any more, if so: for `short` sweeps in a row its training loss has been at least ten
 * times that after the first sweep, without falling in the end, and its accuracy below the best.
 */
export function hopeless(history: readonly SweepFacts[]): string | undefined {
  const sweeps = lastOf(history, short).slice(1);
  const first = history[0];
  const now = history.at(-1);
  if (first === undefined || now === undefined || sweeps.length === 0) return undefined;
  const far = sweeps.every(({ train }) => train.loss >= 10 * first.train.loss);
  const falling = now.train.loss < sweeps[0]!.train.loss;
  if (!far || falling || now.train.accuracy >= bestAccuracy(history)) return undefined;
  return `sweep ${now.sweep}, the training loss of the deployed network has been at least 10 times that after sweep ${first.sweep} (${number(first.train.loss)}) for ${short} sweeps, and is ${number(now.train.loss)}`;
}

/** Follows a run sweep by sweep, and tells each symptom once. */
export class Diagnosis {
  readonly #advice: Readonly<Record<Symptom, string>>;
  readonly #history: SweepFacts[] = [];
  readonly #told = new Set<Symptom>();

  /** @param advice - What the scheme says to try; the rest is told in general terms. */
  constructor(advice: Advice = {}) {
    this.#advice = { ...generalAdvice, ...advice };
  }

  /** Takes the next sweep into account. What it shows for the first time, as notes with numbers and what to try. */
  notes({ sweep, objective, train, validation, measures }: SweepFacts): readonly string[] {
    this.#history.push({ sweep, objective, train, ...(validation && { validation }), ...(measures && { measures }) });
    const fresh = findings(this.#history).filter(({ symptom }) => !this.#told.has(symptom));
    for (const { symptom } of fresh) this.#told.add(symptom);
    return fresh.map(({ symptom, detail }) => `${detail}. ${this.#advice[symptom]}`);
  }

  /** Why the run has to end as `diverged`, if so. */
  hopeless(): string | undefined {
    return hopeless(this.#history);
  }
}
