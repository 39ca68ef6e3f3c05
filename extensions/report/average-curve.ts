import { spreadOf, type Spread } from './statistics.ts';

/** A value at a place along the horizontal axis. */
export interface Point {
  /** Seconds or sweeps. */
  readonly x: number;
  /** The value from there on. */
  readonly y: number;
}

/** Mean and spread of several curves at a place. */
export interface AveragePoint extends Spread {
  /** Seconds or sweeps. */
  readonly x: number;
}

/** Most points of an average curve. */
const most = 240;

/** The places at which curves change, thinned out evenly where they are many. */
function placesOf(curves: readonly (readonly Point[])[], from: number): number[] {
  const all = [...new Set(curves.flatMap((curve) => curve.map(({ x }) => x)))].filter((x) => x >= from);
  const sorted = all.sort((a, b) => a - b);
  if (sorted.length <= most) return sorted;
  const step = (sorted.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, index) => sorted[Math.round(index * step)]!);
}

/**
 * Mean and spread of curves, each of which keeps its value until its next point, and its last value to the end: what one
 * would have had at that time. It begins where the last of them has its first point.
 */
export function averageCurve(curves: readonly (readonly Point[])[]): AveragePoint[] {
  const drawn = curves.filter((curve) => curve.length > 0);
  if (drawn.length === 0) return [];
  const begin = Math.max(...drawn.map((curve) => curve[0]!.x));
  const at = drawn.map(() => 0);
  return placesOf(drawn, begin).map((x) => {
    const values = drawn.map((curve, index) => {
      while (at[index]! + 1 < curve.length && curve[at[index]! + 1]!.x <= x) at[index]!++;
      return curve[at[index]!]!.y;
    });
    return { x, ...spreadOf(values)! };
  });
}
