import { medianOf as median } from '../../extensions/report/statistics.ts';

export { median };

/** Median of `a[i] / b[i]`: both sides of a pair saw the same state of the machine. */
export const medianRatio = (a: readonly number[], b: readonly number[]): number =>
  median(a.map((value, round) => value / b[round]!));
