import { segmentsPerBlock, valueOn, type Curve, type Tail } from './curve.ts';

/** Local minima that one search takes down. */
const capacity = 16;

const mostSteps = 60;

/**
 * The global minimum of $\rho (a - h(z))^2 + (z - m)^2$: the point of the curve $(z, \sqrt\rho \, h(z))$ that is nearest to
 * $(m, \sqrt\rho \, a)$, which costs the square of its distance.
 *
 * The curve lies in boxes, one per block of segments. They are visited outwards from $m$, and one that is farther away
 * than a point already found is left out. In the others, every local minimum is found.
 */
export class NearestPoint {
  /** How many local minima {@link around} found. */
  count = 0;
  /** The local minima that {@link around} found. */
  readonly places = new Float64Array(capacity);
  readonly #costs = new Float64Array(capacity);
  readonly #curve: Curve;
  readonly #ratio: number;
  #a = 0;
  #m = 0;
  #reach = 0;
  #nearest = 0;
  #lowest = 0;
  #limit = 0;

  /** @param ratio - $\rho = \gamma / \beta$. */
  constructor(curve: Curve, ratio: number) {
    this.#curve = curve;
    this.#ratio = ratio;
  }

  /** $\rho (a - h(z))^2 + (z - m)^2$. */
  cost(a: number, m: number, z: number): number {
    const miss = valueOn(this.#curve, z) - a;
    return this.#ratio * miss * miss + (z - m) * (z - m);
  }

  /**
   * The global minimiser; NaN where `a` or `m` is not finite or every cost overflows.
   *
   * @param guess - The better it is, the more boxes are left out.
   */
  find(a: number, m: number, guess: number = m): number {
    this.#search(a, m, guess, 0);
    return this.#lowest < Infinity ? this.#nearest : NaN;
  }

  /**
   * As `find`, and {@link places} holds the `count` local minima that are at most `reach` farther away than the nearest
   * point; where there are more than it can hold, `count` alone says so.
   */
  around(a: number, m: number, reach: number): number {
    this.#search(a, m, m, reach);
    const found = this.count;
    if (found > capacity) return this.#nearest;
    this.count = 0;
    for (let i = 0; i < found; i++) {
      if (this.#costs[i]! <= this.#limit) this.places[this.count++] = this.places[i]!;
    }
    return this.#nearest;
  }

  #search(a: number, m: number, guess: number, reach: number): void {
    const { from, to, spacing, bounds, left, right } = this.#curve;
    this.#a = a;
    this.#m = m;
    this.#reach = reach;
    this.count = 0;
    this.#approach(guess, this.cost(a, m, guess));
    this.#visit(Math.min(from, this.#bottomOf(left)));
    this.#visit(Math.max(to, this.#bottomOf(right)));
    const width = segmentsPerBlock * spacing;
    const last = bounds.length / 2 - 1;
    const home = Math.min(last, Math.max(0, Math.floor((m - from) / width)));
    for (let block = home; block <= last; block++) {
      const across = Math.max(from + block * width - m, 0);
      if (across * across > this.#limit) break;
      this.#searchBlock(block, across);
    }
    for (let block = home - 1; block >= 0; block--) {
      const across = Math.max(m - (from + (block + 1) * width), 0);
      if (across * across > this.#limit) break;
      this.#searchBlock(block, across);
    }
  }

  /** A new nearest point, and how much a place may cost to be taken down. */
  #approach(z: number, cost: number): void {
    this.#nearest = z;
    this.#lowest = cost;
    this.#limit = this.#reach === 0 ? cost : (Math.sqrt(cost) + this.#reach) ** 2;
  }

  /** Where the cost on a tail, continued in both directions, is lowest. */
  #bottomOf({ slope, offset }: Tail): number {
    const pull = this.#ratio * slope;
    return (pull * (this.#a - offset) + this.#m) / (1 + pull * slope);
  }

  /** Takes a local minimum down. */
  #visit(z: number): void {
    const cost = this.cost(this.#a, this.#m, z);
    if (cost < this.#lowest) this.#approach(z, cost);
    if (!(cost <= this.#limit)) return;
    if (this.count < capacity) {
      this.places[this.count] = z;
      this.#costs[this.count] = cost;
    }
    this.count++;
  }

  /** Visits the local minima of a block, unless its box is too far away; along z it is `across` from `m`. */
  #searchBlock(block: number, across: number): void {
    const { from, spacing, count, bounds, coefficients, slopesBefore } = this.#curve;
    const ratio = this.#ratio;
    const a = this.#a;
    const up = Math.max(bounds[2 * block]! - a, a - bounds[2 * block + 1]!, 0);
    if (across * across + ratio * up * up > this.#limit) return;
    const first = block * segmentsPerBlock;
    const end = Math.min(count, first + segmentsPerBlock);
    // Half the derivative of the cost along z on the left and the right of a knot, and on the left of the next one.
    let knot = from + first * spacing;
    let before = ratio * (coefficients[4 * first + 4]! - a) * slopesBefore[first]! + (knot - this.#m);
    for (let segment = first; segment < end; segment++) {
      const at = 4 * (segment + 1);
      const after = ratio * (coefficients[at]! - a) * coefficients[at + 1]! + (knot - this.#m);
      const next = from + (segment + 1) * spacing;
      const beforeNext = ratio * (coefficients[at + 4]! - a) * slopesBefore[segment + 1]! + (next - this.#m);
      if (after >= 0) {
        if (before <= 0) this.#visit(knot);
      } else if (beforeNext > 0) this.#visit(this.#bottomIn(segment));
      before = beforeNext;
      knot = next;
    }
  }

  /** Newton's method, kept between brackets, from the end of a segment that is next to `m`: to the minimum on that side. */
  #bottomIn(segment: number): number {
    const { from, spacing, coefficients } = this.#curve;
    const ratio = this.#ratio;
    const at = 4 * (segment + 1);
    const c1 = coefficients[at + 1]!;
    const c2 = coefficients[at + 2]!;
    const c3 = coefficients[at + 3]!;
    const knot = from + segment * spacing;
    let low = 0;
    let high = spacing;
    let s = knot < this.#m ? spacing : 0;
    for (let step = 0; step < mostSteps; step++) {
      const miss = coefficients[at]! + s * (c1 + s * (c2 + s * c3)) - this.#a;
      const rise = c1 + s * (2 * c2 + 3 * s * c3);
      const slope = ratio * miss * rise + (knot + s - this.#m);
      const curvature = 1 + ratio * (rise * rise + miss * (2 * c2 + 6 * s * c3));
      if (slope < 0) low = s;
      else high = s;
      let next = s - slope / curvature;
      // Where the cost bends downwards, the step leads out of the brackets.
      if (!(next > low && next < high)) next = (low + high) / 2;
      if (Math.abs(next - s) <= 1e-13 * spacing) return knot + next;
      s = next;
    }
    return knot + s;
  }
}
