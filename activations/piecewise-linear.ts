import type { ActivationSolver, Piece } from '../core/activation-solver.ts';
import type { Precision, Real } from '../core/block.ts';
import { must } from '../core/errors.ts';
import type { Penalty } from '../core/penalty.ts';
import { largestBelow, smallestFrom } from './representable.ts';

/** The pieces that hold a number of one precision, as flat arrays; `pull` and `keep` are rewritten by every solve. */
interface Table {
  readonly count: number;
  /** First and last number of the piece in that precision. */
  readonly first: Float64Array;
  readonly last: Float64Array;
  readonly slope: Float64Array;
  readonly offset: Float64Array;
  /** The unclamped minimum of a piece is `pull * (a - offset) + keep * m`. */
  readonly pull: Float64Array;
  readonly keep: Float64Array;
}

function tableOf(pieces: readonly Piece[], precision: Precision): Table {
  const rows = pieces
    .map(({ from, to, slope, offset }) => {
      return { first: smallestFrom(from, precision), last: largestBelow(to, precision), slope, offset };
    })
    .filter(({ first, last }) => first <= last);
  return {
    count: rows.length,
    first: Float64Array.from(rows, (row) => row.first),
    last: Float64Array.from(rows, (row) => row.last),
    slope: Float64Array.from(rows, (row) => row.slope),
    offset: Float64Array.from(rows, (row) => row.offset),
    pull: new Float64Array(rows.length),
    keep: new Float64Array(rows.length),
  };
}

function checkPieces(name: string, pieces: readonly Piece[]): void {
  must(pieces.length > 0, () => `Activation "${name}" has no pieces: give at least one, from -inf to inf.`);
  pieces.forEach(({ from, to, slope, offset }, index) => {
    const where = (): string => `Activation "${name}", piece ${index + 1} of ${pieces.length}`;
    must(from < to, () => `${where()}: from ${from} must be less than to ${to}.`);
    must(Number.isFinite(slope), () => `${where()}: slope ${slope} must be a finite number.`);
    must(Number.isFinite(offset), () => `${where()}: offset ${offset} must be a finite number.`);
    const start = index === 0 ? -Infinity : pieces[index - 1]!.to;
    must(from === start, () => {
      if (index === 0) return `${where()} starts at ${from}: the first piece must start at -inf.`;
      const fault = from > start ? 'a gap' : 'an overlap';
      return `${where()} starts at ${from}, but the piece before it ends at ${start}: close ${fault}.`;
    });
  });
  const end = pieces.at(-1)!.to;
  must(end === Infinity, () => `Activation "${name}": the last piece ends at ${end}; it must end at inf.`);
}

function apply(table: Table, z: Real, out: Real): void {
  const { count, first, slope, offset } = table;
  for (let i = 0; i < z.length; i++) {
    const x = z[i]!;
    let piece = 0;
    while (piece + 1 < count && x >= first[piece + 1]!) piece++;
    const rise = slope[piece]!;
    // 0 * inf would be NaN; a NaN itself must stay one.
    out[i] = rise === 0 && x === x ? offset[piece]! : rise * x + offset[piece]!;
  }
}

function solve(table: Table, a: Real, m: Real, { gamma, beta }: Penalty, z: Real): void {
  const { count, first, last, slope, offset, pull, keep } = table;
  for (let p = 0; p < count; p++) {
    const curvature = gamma * slope[p]! * slope[p]! + beta;
    pull[p] = (gamma * slope[p]!) / curvature;
    keep[p] = beta / curvature;
  }
  const single = z instanceof Float32Array;
  for (let i = 0; i < z.length; i++) {
    const target = a[i]!;
    const centre = m[i]!;
    let best = NaN;
    let lowest = Number.MAX_VALUE;
    for (let p = 0; p < count; p++) {
      let candidate = pull[p]! * (target - offset[p]!) + keep[p]! * centre;
      if (candidate < first[p]!) candidate = first[p]!;
      else if (candidate > last[p]!) candidate = last[p]!;
      // Both ends are single-precision numbers, so rounding does not leave the piece.
      if (single) candidate = Math.fround(candidate);
      const miss = target - (slope[p]! * candidate + offset[p]!);
      const move = candidate - centre;
      const cost = gamma * miss * miss + beta * move * move;
      if (cost <= lowest) {
        lowest = cost;
        best = candidate;
      }
    }
    z[i] = best;
  }
}

/**
 * Any piecewise-linear activation, continuous or not, with the closed-form global solution of its sub-problem.
 *
 * Pieces are half-open, `[from, to)`: at a joint the right piece holds. The z-update is one clamped quadratic minimum
 * per piece, $z_p = \operatorname{clip}((\gamma s (a - o) + \beta m) / (\gamma s^2 + \beta))$ for slope $s$ and offset
 * $o$, and the best of them (Taylor et al. 2016, section 3.3, which leaves the rules to the reader). Costs are compared
 * in f64 at the numbers that will be stored; of equal costs the rightmost piece wins, which for ReLU is the active one.
 *
 * The right end of a piece is the largest number below `to` in the precision of the written array, so that the stored
 * `z` has the value that was counted on also where $h$ jumps. A piece too narrow to hold a number of that precision
 * does not exist there.
 *
 * Sound for $|a|, |m|$ up to about $10^{150}$, denormals included; where every cost overflows, and for infinite `a` or
 * `m`, the result is NaN.
 *
 * @param name - Name of the activation, as run files spell it.
 * @param pieces - At least one, from left to right, without gap or overlap, from $-\infty$ to $\infty$.
 * @throws UserError when the pieces do not cover the line once, or a slope or offset is not finite.
 *
 * @example
 * ```ts
 * const absolute = piecewiseLinear('absolute', [
 *   { from: -Infinity, to: 0, slope: -1, offset: 0 },
 *   { from: 0, to: Infinity, slope: 1, offset: 0 },
 * ]);
 * ```
 */
export function piecewiseLinear(name: string, pieces: readonly Piece[]): ActivationSolver {
  checkPieces(name, pieces);
  const own = Object.freeze(pieces.map(({ from, to, slope, offset }) => Object.freeze({ from, to, slope, offset })));
  const float32 = tableOf(own, 'float32');
  const float64 = tableOf(own, 'float64');
  const tableFor = (numbers: Real): Table => (numbers instanceof Float32Array ? float32 : float64);
  return {
    name,
    gap: 0,
    pieces: own,
    apply: (z, out) => apply(tableFor(z), z, out),
    solve: (a, m, penalty, z) => solve(tableFor(z), a, m, penalty, z),
  };
}
