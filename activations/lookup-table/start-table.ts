import type { Real } from '../../core/block.ts';
import { valueOn, type Curve } from './curve.ts';
import { columns, kernelCell, kernelCellLength, kernelColumns, side, widest } from './kernel-cell.ts';
import { NearestPoint } from './nearest-point.ts';

/** The grid holds $a$ up to `margin` beyond the values of $h$ at $z$ up to the size `usual`. */
const usual = 4;
const margin = 4;

/** Cells along `a`, at most. */
export const mostRows = 256;

/** Numbers of a cell: minimiser at its centre, change of it across the cell along `m` and along `a`, kind. */
const cellLength = 4;

/** A longer first step says that the start was not near enough to be sure of it. */
const longStep = 2 ** -7;

/** A step of Newton's method leaves an error of the order of its square: as short as this, it was the last one. */
const lastStep = 2 ** -15;

/** Chebyshev's correction of a first step leaves less than itself: as small as this, single precision needs no second step. */
const smallCorrection = 2 ** -17;

/** Farther from its start, a minimum is not the one that the start stands for. */
const farthest = 2 ** -5;

const mostSteps = 8;

/** Costs above the minimum that are let pass at the corners of a cell, relative to the terms they are made of. */
const tolerance = 1e-8;

/** Kinds of cells: not filled yet, one start, two starts, to be searched. */
const unknown = 0;
const single = 1;
const double = 2;
const searched = 3;

/**
 * Where Newton's method starts, by $(m, a)$, for one curve and one ratio $\rho = \gamma / \beta$: a grid of cells, each with
 * the minimiser at its centre and the change of it along both sides. A cell that a jump of the minimiser may pass has a
 * start on either side of the jump, and the costs decide. Where that is not good enough at the corners of a cell, near
 * kinks, and outside the grid, the nearest point is searched for.
 *
 * A cell is filled when it is first needed, from the curve and the ratio alone: neither the order of calls nor what other
 * workers do makes a difference to a result.
 */
export class StartTable {
  /** Cells along `a`. */
  readonly rows: number;
  /** `a` at the lower side of the first row. */
  readonly lowest: number;
  /** Rows per unit of `a`. */
  readonly perHeight: number;
  readonly #curve: Curve;
  readonly #ratio: number;
  readonly #point: NearestPoint;
  readonly #height: number;
  /** By rows, four numbers per cell: minimiser at its centre, change of it across the cell along `m` and along `a`, kind. */
  readonly #starts: Float32Array;
  readonly #cells: Float32Array | undefined;
  /** Minimisers at the corners of cells; 0 where it is not known. */
  readonly #corners: Float32Array;
  /** As `#starts`, of the second start of a cell. */
  #seconds = new Float32Array(0);

  /**
   * @param ratio - $\rho = \gamma / \beta$.
   * @param cells - Where cells with a single start are written for kernels as well, by rows, {@link kernelColumns} in each, `mostRows` at
   *   most; the first number is NaN where a cell is none of them. Those at the rim never are. Default: nowhere.
   */
  constructor(curve: Curve, ratio: number, cells?: Float32Array) {
    this.#curve = curve;
    this.#ratio = ratio;
    this.#point = new NearestPoint(curve, ratio);
    const values = Array.from({ length: 16 * usual + 1 }, (_, i) => valueOn(curve, i / 8 - usual));
    this.lowest = Math.min(...values) - margin;
    const range = Math.max(...values) + margin - this.lowest;
    this.rows = Math.ceil(Math.min(mostRows, (range * Math.max(Math.sqrt(ratio), 1 / 4)) / side));
    this.#height = range / this.rows;
    this.perHeight = this.rows / range;
    this.#starts = new Float32Array(cellLength * this.rows * columns);
    this.#cells = cells?.fill(NaN, 0, kernelCellLength * this.rows * kernelColumns);
    this.#corners = new Float32Array((this.rows + 1) * (columns + 1));
  }

  /** `z[i]` = a global minimiser of $\rho (a_i - h(z))^2 + (z - m_i)^2$. `z` may be `a` or `m` itself. NaN in, NaN out. */
  solve(a: Real, m: Real, z: Real): void {
    let i = this.#solveFrom(0, a, m, z);
    while (i < z.length) {
      const [target, centre] = [a[i]!, m[i]!];
      const at = this.#recordOf(target, centre);
      if (at === undefined) z[i++] = this.#point.find(target, centre);
      else if (this.#starts[at + 3] === unknown) this.#fill(at);
      else z[i++] = this.#choose(at, target, centre);
      i = this.#solveFrom(i, a, m, z);
    }
  }

  /** A global minimiser of $\rho (a - h(z))^2 + (z - m)^2$, whatever it takes to find it. */
  solveOne(a: number, m: number): number {
    const at = this.#filled(a, m);
    return at === undefined ? this.#point.find(a, m) : this.#choose(at, a, m);
  }

  /** Fills the cell of `a` and `m` where it has not been needed yet. */
  prepare(a: number, m: number): void {
    this.#filled(a, m);
  }

  #filled(a: number, m: number): number | undefined {
    const at = this.#recordOf(a, m);
    if (at !== undefined && this.#starts[at + 3] === unknown) this.#fill(at);
    return at;
  }

  /**
   * Solves from entry `i` on, up to the first one that its start and two steps are not enough for, and returns the number
   * of that one. The first step, of Newton's method with Chebyshev's correction for the change of the curvature, is written
   * out: a loop without calls is faster by a half.
   */
  #solveFrom(i: number, a: Real, m: Real, z: Real): number {
    const { from, spacing, count, density, coefficients, bent } = this.#curve;
    const ratio = this.#ratio;
    const starts = this.#starts;
    const { rows } = this;
    const { lowest } = this;
    const { perHeight } = this;
    const enough = z instanceof Float32Array && !bent ? smallCorrection : -1;
    for (; i < z.length; i++) {
      const target = a[i]!;
      const centre = m[i]!;
      const x = (centre + widest) / side;
      const y = (target - lowest) * perHeight;
      if (!(x >= 0 && x < columns && y >= 0 && y < rows)) return i;
      const at = 4 * ((y | 0) * columns + (x | 0));
      if (starts[at + 3] !== single) return i;
      const start = starts[at]! + starts[at + 1]! * (x - (x | 0) - 0.5) + starts[at + 2]! * (y - (y | 0) - 0.5);
      const position = (start - from) * density + 1;
      const record = position < 0 ? 0 : position > count + 1 ? count + 1 : position | 0;
      const s = start - (from + (record - 1) * spacing);
      const c1 = coefficients[4 * record + 1]!;
      const bend = coefficients[4 * record + 3]! * s;
      const half = coefficients[4 * record + 2]! + bend;
      const miss = coefficients[4 * record]! + s * (c1 + s * half) - target;
      const rise = c1 + s * (half + half + bend);
      const bending = 2 * (half + bend + bend);
      const curvature = 1 + ratio * (rise * rise + miss * bending);
      const step = (ratio * miss * rise + (start - centre)) / curvature;
      const change = 3 * ratio * (rise * bending + 2 * miss * coefficients[4 * record + 3]!);
      const correction = (change * step * step) / (2 * curvature);
      if (!(Math.abs(step) + Math.abs(correction) <= longStep && curvature > 0)) return i;
      const place = start - step - correction;
      const second = Math.abs(correction) <= enough ? 0 : this.#step(place, target, centre);
      if (!(Math.abs(second) <= lastStep)) return i;
      z[i] = place - second;
    }
    return i;
  }

  /** What a step of Newton's method takes away from `z`; NaN where the cost does not bend upwards. */
  #step(z: number, a: number, m: number): number {
    const { from, spacing, count, density, coefficients } = this.#curve;
    const ratio = this.#ratio;
    const position = (z - from) * density + 1;
    const record = position < 0 ? 0 : position > count + 1 ? count + 1 : position | 0;
    const s = z - (from + (record - 1) * spacing);
    const c1 = coefficients[4 * record + 1]!;
    const bend = coefficients[4 * record + 3]! * s;
    const half = coefficients[4 * record + 2]! + bend;
    const miss = coefficients[4 * record]! + s * (c1 + s * half) - a;
    const rise = c1 + s * (half + half + bend);
    const curvature = 1 + ratio * (rise * rise + 2 * miss * (half + bend + bend));
    return curvature > 0 ? (ratio * miss * rise + (z - m)) / curvature : NaN;
  }

  /** Newton's method to the end; NaN where it does not lead to the minimum that the start stands for. */
  #refine(start: number, a: number, m: number): number {
    let z = start;
    for (let count = 0; count < mostSteps; count++) {
      const step = this.#step(z, a, m);
      z -= step;
      if (!(Math.abs(z - start) <= farthest)) return NaN;
      if (Math.abs(step) <= lastStep) return z;
    }
    return NaN;
  }

  /** The minimiser from the starts of a cell, or the nearest point where they do not lead there. */
  #choose(at: number, a: number, m: number): number {
    const z = this.#fromStarts(at, a, m);
    return z === z ? z : this.#point.find(a, m, this.#starts[at]);
  }

  #fromStarts(at: number, a: number, m: number): number {
    const kind = this.#starts[at + 3];
    if (kind === searched) return NaN;
    const first = this.#follow(this.#starts, at, a, m);
    if (kind === single) return first;
    const second = this.#follow(this.#seconds, at, a, m);
    const [firstCost, secondCost] = [this.#point.cost(a, m, first), this.#point.cost(a, m, second)];
    return firstCost <= secondCost ? first : secondCost < firstCost ? second : NaN;
  }

  #follow(starts: Float32Array, at: number, a: number, m: number): number {
    const cell = at / 4;
    const x = (m - this.#centreOfColumn(cell)) / side;
    const y = (a - this.#centreOfRow(cell)) / this.#height;
    return this.#refine(starts[at]! + starts[at + 1]! * x + starts[at + 2]! * y, a, m);
  }

  #recordOf(a: number, m: number): number | undefined {
    const x = (m + widest) / side;
    const y = (a - this.lowest) * this.perHeight;
    if (!(x >= 0 && x < columns && y >= 0 && y < this.rows)) return undefined;
    return 4 * (Math.floor(y) * columns + Math.floor(x));
  }

  #centreOfColumn(cell: number): number {
    return ((cell % columns) + 0.5) * side - widest;
  }

  #centreOfRow(cell: number): number {
    return (Math.floor(cell / columns) + 0.5) * this.#height + this.lowest;
  }

  /**
   * Fills a cell. The distance to the nearest point changes by no more than one moves: a point that is nearest somewhere
   * in the cell is at most a diagonal farther from the centre than the one that is nearest there.
   */
  #fill(at: number): void {
    const [a, m] = [this.#centreOfRow(at / 4), this.#centreOfColumn(at / 4)];
    const diagonal = Math.sqrt(side ** 2 + this.#ratio * this.#height ** 2);
    this.#starts[at] = this.#point.around(a, m, diagonal);
    this.#starts[at + 3] = searched;
    const { count, places } = this.#point;
    if (count < single || count > double) return;
    if (count === double && this.#seconds.length === 0) this.#seconds = new Float32Array(this.#starts.length);
    const [first, second] = [places[0]!, places[1]!];
    if (!this.#writeStart(first, a, m, this.#starts, at)) return;
    if (count === double && !this.#writeStart(second, a, m, this.#seconds, at)) return;
    this.#starts[at + 3] = count;
    if (!this.#holdsAtCorners(at)) this.#starts[at + 3] = searched;
    else if (count === single) this.#writeCell(at / cellLength);
  }

  /** Writes a cell for kernels, unless it lies at the rim or the cubic is not good enough at its sides. */
  #writeCell(cell: number): void {
    const [row, column] = [Math.floor(cell / columns), cell % columns];
    if (this.#cells === undefined || row === 0 || row === this.rows - 1) return;
    if (column === 0 || column === columns - 1) return;
    const [z, right, up] = this.#starts.subarray(cellLength * cell) as unknown as [number, number, number];
    const found = kernelCell(this.#curve, z, right, up);
    if (found !== undefined) this.#cells.set(found, kernelCellLength * (row * kernelColumns + column));
  }

  /** Writes a start and its slopes, from Newton steps on the sides of the cell; false where they cannot be relied on. */
  #writeStart(z: number, a: number, m: number, starts: Float32Array, at: number): boolean {
    const right = this.#step(z, a, m - side / 2) - this.#step(z, a, m + side / 2);
    const up = this.#step(z, a - this.#height / 2, m) - this.#step(z, a + this.#height / 2, m);
    starts[at] = z;
    starts[at + 1] = right;
    starts[at + 2] = up;
    const extent = (Math.abs(right) + Math.abs(up)) / 2 + farthest;
    // A comparison with NaN must fail as well.
    return extent < Infinity && this.#curve.kinks.every((kink) => Math.abs(kink - z) > extent);
  }

  #holdsAtCorners(at: number): boolean {
    for (let corner = 0; corner < 4; corner++) {
      const column = ((at / 4) % columns) + (corner & 1);
      const row = Math.floor(at / 4 / columns) + (corner >> 1);
      const [a, m] = [row * this.#height + this.lowest, column * side - widest];
      const lowest = this.#point.cost(a, m, this.#nearestAt(row * (columns + 1) + column, a, m));
      const value = valueOn(this.#curve, m);
      const terms = this.#ratio * (a * a + value * value) + m * m;
      if (!(this.#point.cost(a, m, this.#fromStarts(at, a, m)) - lowest <= tolerance * terms)) return false;
    }
    return true;
  }

  /** The minimiser at a corner, to single precision. Four cells share it. */
  #nearestAt(corner: number, a: number, m: number): number {
    if (this.#corners[corner] === 0) this.#corners[corner] = this.#point.find(a, m);
    return this.#corners[corner]!;
  }
}
