import { averageCurve, type Point } from './average-curve.ts';
import type { CurvesFigure, Figure } from './figure.ts';
import { fieldOf } from './measurement.ts';
import type { MeasuredRun, Results } from './results.ts';
import type { Factor } from './run-log.ts';
import { spreadOf, type Spread } from './statistics.ts';

/** A row of a figure's data. */
export type Row = Readonly<Record<string, Factor>>;

/** Names of the variants that a figure shows, in order: those it asks for, of those that have runs. */
export function shownVariants({ outline, runs }: Results, { variants }: Pick<Figure, 'variants'>): string[] {
  const ran = new Set(runs.map(({ log }) => log.header.variant));
  return (variants ?? outline.variants.map(({ name }) => name)).filter((name) => ran.has(name));
}

/** The runs of some variants. */
export const runsOf = ({ runs }: Results, variants: readonly string[]): MeasuredRun[] =>
  variants.flatMap((variant) => runs.filter(({ log }) => log.header.variant === variant));

const curveOf = ({ log }: MeasuredRun, { x, y }: CurvesFigure): Point[] =>
  log.records.flatMap((record) => {
    const value = fieldOf(record, y);
    return value === undefined ? [] : [{ x: x === 'seconds' ? record.totalSeconds : record.sweep, y: value }];
  });

/** Mean and spread over seeds of every variant along the axis. No place is 0 or less where the axis is logarithmic. */
export function curveRows(results: Results, figure: CurvesFigure): Row[] {
  return shownVariants(results, figure).flatMap((variant) => {
    const points = averageCurve(runsOf(results, [variant]).map((run) => curveOf(run, figure)));
    const drawn = figure.logarithmic === true ? points.filter(({ x }) => x > 0) : points;
    return drawn.map(({ x, mean, deviation }) => ({
      variant,
      x,
      mean,
      lower: mean - deviation,
      upper: mean + deviation,
    }));
  });
}

/** Mean and spread of a measurement over the seeds of a variant, and of how many runs. */
export interface Summary {
  /** Absent where no run has the number. */
  readonly spread: Spread | undefined;
  /** Runs of the variant. */
  readonly runs: number;
}

/** A measurement of a variant over its seeds. */
export function summarise(results: Results, variant: string, measurement: string): Summary {
  const runs = runsOf(results, [variant]);
  const values = runs.flatMap(({ values: all }) => all[measurement] ?? []);
  return { spread: spreadOf(values), runs: runs.length };
}

/** One row per variant that has the measurement, with its factors. */
export function summaryRows(results: Results, measurement: string, figure: Pick<Figure, 'variants'>): Row[] {
  return shownVariants(results, figure).flatMap((variant) => {
    const { spread } = summarise(results, variant, measurement);
    if (spread === undefined) return [];
    const { mean, deviation } = spread;
    const { factors } = results.outline.variants.find(({ name }) => name === variant)!;
    return [{ ...factors, variant, mean, lower: mean - deviation, upper: mean + deviation }];
  });
}

const defined = (values: Readonly<Record<string, number | undefined>>): Record<string, number> =>
  Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

const identity = ({ log: { header } }: MeasuredRun): Row => ({
  ...header.factors,
  variant: header.variant,
  seed: header.seed,
});

/** One row per run: variant, factors, seed, and every measurement by its name. */
export const runRows = (results: Results, figure: Pick<Figure, 'variants'>): Row[] =>
  runsOf(results, shownVariants(results, figure)).map((run) => ({ ...identity(run), ...defined(run.values) }));

/** One row per sweep of every run: variant, factors, seed, sweep, seconds, and the scores that there are. */
export const recordRows = (results: Results, figure: Pick<Figure, 'variants'>): Row[] =>
  runsOf(results, shownVariants(results, figure)).flatMap((run) =>
    run.log.records.map((record) => {
      const fields = ['train', 'validation', 'test'].flatMap((data) => [`${data}.loss`, `${data}.accuracy`]);
      const scores = fields.map((field) => [field.replace('.', ' '), fieldOf(record, field)] as const);
      const { sweep, totalSeconds, objective } = record;
      return {
        ...identity(run),
        sweep,
        seconds: totalSeconds,
        ...defined({ ...Object.fromEntries(scores), objective, ...record.measures }),
      };
    }),
  );
