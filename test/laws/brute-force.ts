import type { Precision, Real } from '../../core/block.ts';
import { random } from '../../core/random.ts';

/** A function of one number. */
export type Line = (x: number) => number;

/** A function of several numbers. */
export type Surface = (x: Float64Array) => number;

/** Rounds to the numbers that an array of that precision can hold. */
export const rounding = (precision: Precision): Line => (precision === 'float32' ? Math.fround : (x) => x);

/** These numbers in an array of that precision. */
export const numbers = (precision: Precision, values: readonly number[]): Real =>
  precision === 'float32' ? Float32Array.from(values) : Float64Array.from(values);

const goldenRatio = (Math.sqrt(5) - 1) / 2;

/** Golden-section search for a minimum between two points; exact only where the line has one valley there. */
function goldenSection(line: Line, from: number, to: number): number {
  let [left, right] = [from, to];
  let inner = right - goldenRatio * (right - left);
  let outer = left + goldenRatio * (right - left);
  let [atInner, atOuter] = [line(inner), line(outer)];
  for (let step = 0; step < 40; step++) {
    if (atInner <= atOuter) {
      [right, outer, atOuter] = [outer, inner, atInner];
      inner = right - goldenRatio * (right - left);
      atInner = line(inner);
    } else {
      [left, inner, atInner] = [inner, outer, atOuter];
      outer = left + goldenRatio * (right - left);
      atOuter = line(outer);
    }
  }
  return atInner <= atOuter ? inner : outer;
}

/** Points around a centre at all scales: itself, its neighbours in either precision, and ever smaller steps. */
function around(centre: number, radius: number): number[] {
  const points = [centre];
  for (const step of [2 ** -149, Number.MIN_VALUE]) points.push(centre - step, centre + step);
  for (const step of [2 ** -24, 2 ** -23, 2 ** -53, 2 ** -52]) points.push(centre * (1 - step), centre * (1 + step));
  for (let k = 0; k < 45; k++) {
    const step = radius * 2 ** -k;
    points.push(centre - step, centre + step);
  }
  return points;
}

/**
 * The lowest value of a line found by brute force: a grid that is fine around every centre, at all scales up to
 * `radius`, then golden sections in its deepest valleys. A minimum may be missed, never invented.
 *
 * @param round - Restricts the search to the numbers an array can hold.
 */
export function lowestOnLine(line: Line, centres: readonly number[], radius: number, round: Line = (x) => x): number {
  const rounded: Line = (x) => line(round(x));
  const points = centres.flatMap((centre) => around(centre, radius)).filter((x) => Number.isFinite(round(x)));
  const grid = Float64Array.from(points).sort();
  const values = grid.map(rounded);
  const valleys: number[] = [];
  for (let i = 1; i + 1 < grid.length; i++) {
    if (values[i]! <= values[i - 1]! && values[i]! <= values[i + 1]!) valleys.push(i);
  }
  valleys.sort((i, j) => values[i]! - values[j]!);
  let lowest = values.reduce((low, value) => Math.min(low, value), Infinity);
  for (const i of valleys.slice(0, 4)) {
    lowest = Math.min(lowest, rounded(goldenSection(rounded, grid[i - 1]!, grid[i + 1]!)));
  }
  return lowest;
}

/** A step along every axis in turn, then along random directions; how often a round of them is tried. */
const directionsPerRound = 3;
const rounds = 2;

/**
 * The lowest value of a surface found by line searches from `start` along the axes and along random directions.
 *
 * @param kinks - Coordinates worth trying on every axis.
 * @param radius - How far to look.
 * @param seed - Of the random directions.
 */
export function lowestNear(
  surface: Surface,
  start: Float64Array,
  kinks: readonly number[],
  radius: number,
  seed: string,
): number {
  const here = start.slice();
  const trial = start.slice();
  const stream = random(seed);
  let lowest = surface(here);
  const walk = (direction: Float64Array, centres: readonly number[]): void => {
    let best = 0;
    const line: Line = (step) => {
      for (let j = 0; j < here.length; j++) trial[j] = here[j]! + step * direction[j]!;
      const value = surface(trial);
      if (value < lowest) [lowest, best] = [value, step];
      return value;
    };
    lowestOnLine(line, centres, radius);
    for (let j = 0; j < here.length; j++) here[j] = here[j]! + best * direction[j]!;
  };
  for (let round = 0; round < rounds; round++) {
    for (let axis = 0; axis < here.length; axis++) {
      const steps = kinks.map((kink) => kink - here[axis]!);
      walk(
        here.map((_, j) => (j === axis ? 1 : 0)),
        [0, ...steps],
      );
    }
    for (let k = 0; k < directionsPerRound && here.length > 1; k++)
      walk(
        here.map(() => stream.normal()),
        [0],
      );
  }
  return lowest;
}
