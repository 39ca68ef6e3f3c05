import { isComplete, type RunLog, type RunRecord } from './run-log.ts';
import { medianOf } from './statistics.ts';

/** How a number is written. */
export type Unit = 'share' | 'seconds' | 'number';

/**
 * One number of a run, as plain data, so that it can be taken again from the files alone. `field` is the path of a number
 * in a sweep's record, e.g. `test.accuracy` or `measures.step`.
 */
export interface Measurement {
  /**
   * `final`: of the weights that the run kept; `best`: the highest of all sweeps, which flatters where it is taken on test
   * data; `median`: of all sweeps; `seconds` and `sweeps`: how long until the field first reached `target`.
   */
  readonly kind: 'final' | 'best' | 'median' | 'seconds' | 'sweeps';
  /** Path of the number. */
  readonly field: string;
  /** What `seconds` and `sweeps` wait for. */
  readonly target?: number;
  /** How the result is written. */
  readonly unit: Unit;
}

/** How a field of the records is written: accuracies, the relaxed one too, are shares. */
export const unitOfField = (field: string): Unit =>
  /accuracy$/i.test(field) ? 'share' : /seconds$/i.test(field) ? 'seconds' : 'number';

/** The number of the weights that the run kept: the last ones, or the best where `keepBest` says so. */
export const final = (field = 'test.accuracy'): Measurement => ({ kind: 'final', field, unit: unitOfField(field) });

/** The highest number after any sweep. On test data this is the best of many looks, as papers often print it. */
export const best = (field = 'test.accuracy'): Measurement => ({ kind: 'best', field, unit: unitOfField(field) });

/** The median over all sweeps, e.g. of the seconds of a sweep, of which the first ones are slow. */
export const median = (field: string): Measurement => ({ kind: 'median', field, unit: unitOfField(field) });

/** Seconds of training, evaluation excluded, until the field first reached the target. */
export const secondsTo = (target: number, field = 'test.accuracy'): Measurement => ({
  kind: 'seconds',
  field,
  target,
  unit: 'seconds',
});

/** Sweeps until the field first reached the target: iterations of a full-batch method, epochs of a streaming one. */
export const sweepsTo = (target: number, field = 'test.accuracy'): Measurement => ({
  kind: 'sweeps',
  field,
  target,
  unit: 'number',
});

/** The number at a path of a record, or `undefined`. */
export function fieldOf(record: RunRecord, field: string): number | undefined {
  let here: unknown = record;
  for (const key of field.split('.')) here = (here as Readonly<Record<string, unknown>> | undefined)?.[key];
  return typeof here === 'number' ? here : undefined;
}

function kept({ records, ending }: RunLog): RunRecord | undefined {
  return ending?.kept === undefined ? records.at(-1) : records.find(({ sweep }) => sweep === ending.kept);
}

/** Takes a measurement of a run: `undefined` where the run failed, was cut short, has no such number, or never got there. */
export function measure(log: RunLog, { kind, field, target = Infinity }: Measurement): number | undefined {
  if (!isComplete(log)) return undefined;
  if (kind === 'final') {
    const record = log.ending?.outcome === 'finished' ? kept(log) : undefined;
    return record && fieldOf(record, field);
  }
  const values = log.records.flatMap((record) => {
    const value = fieldOf(record, field);
    return value === undefined ? [] : [{ record, value }];
  });
  if (kind === 'best' || kind === 'median') {
    const numbers = values.map(({ value }) => value);
    if (numbers.length === 0) return undefined;
    return kind === 'best' ? Math.max(...numbers) : medianOf(numbers);
  }
  const reached = values.find(({ value }) => value >= target)?.record;
  return kind === 'seconds' ? reached?.totalSeconds : reached?.sweep;
}

/** A number as a table shows it. */
export function written(value: number, unit: Unit): string {
  if (unit === 'share') return `${(100 * value).toFixed(2)} %`;
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return unit === 'seconds' ? `${value.toFixed(digits)} s` : String(Number(value.toPrecision(4)));
}
