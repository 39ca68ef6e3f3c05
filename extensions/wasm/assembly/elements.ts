import { overhang } from './overhang.ts';
import { blockVectors, sumOf } from './sums.ts';

/**
 * Bytes of a piece in a table, six f64: its first and last number, slope, offset, and the factors of a and m in its free
 * minimum.
 */
const entryBytes: usize = 48;

/** Two numbers as f64. */
function loadTwo<T>(from: usize): v128 {
  return sizeof<T>() == 4 ? v128.promote_low<f32>(v128.load64_zero(from)) : v128.load(from);
}

/** Stores one or two f64 in the precision of the data. */
function storeSome<T>(to: usize, two: v128, count: usize): void {
  if (sizeof<T>() == 4) {
    const narrow = v128.demote_zero<f64>(two);
    if (count >= 2) v128.store64_lane(to, narrow, 0);
    else v128.store32_lane(to, narrow, 0);
  } else if (count >= 2) v128.store(to, two);
  else v128.store64_lane(to, two, 0);
}

/** `out` = h(z) for a table of pieces. A number behind `z` may be read; nothing beyond the arrays is written. */
export function applyPieces<T>(z: usize, length: usize, table: usize, count: usize, out: usize): void {
  const end = table + count * entryBytes;
  for (let i: usize = 0; i < length; i += 2) {
    const x = loadTwo<T>(z + i * sizeof<T>());
    let slope = v128.load_splat<f64>(table, 16);
    let offset = v128.load_splat<f64>(table, 24);
    for (let piece = table + entryBytes; piece < end; piece += entryBytes) {
      const reached = f64x2.ge(x, v128.load_splat<f64>(piece));
      slope = v128.bitselect(v128.load_splat<f64>(piece, 16), slope, reached);
      offset = v128.bitselect(v128.load_splat<f64>(piece, 24), offset, reached);
    }
    // 0 * inf would be NaN; a NaN itself must stay one.
    const flat = v128.and(f64x2.eq(slope, f64x2.splat(0)), f64x2.eq(x, x));
    const value = v128.bitselect(offset, f64x2.add(f64x2.mul(slope, x), offset), flat);
    storeSome<T>(out + i * sizeof<T>(), value, length - i);
  }
}

/**
 * `z` = the best of the clamped minima of all pieces, the last of equal ones. A number behind `a` and `m` may be read; nothing
 * beyond the arrays is written.
 */
export function solvePieces<T>(
  a: usize,
  m: usize,
  length: usize,
  table: usize,
  count: usize,
  gamma: f64,
  beta: f64,
  z: usize,
): void {
  const end = table + count * entryBytes;
  for (let i: usize = 0; i < length; i += 2) {
    const target = loadTwo<T>(a + i * sizeof<T>());
    const centre = loadTwo<T>(m + i * sizeof<T>());
    let best = f64x2.splat(NaN);
    let lowest = f64x2.splat(f64.MAX_VALUE);
    for (let piece = table; piece < end; piece += entryBytes) {
      const slope = v128.load_splat<f64>(piece, 16);
      const offset = v128.load_splat<f64>(piece, 24);
      const pulled = f64x2.mul(v128.load_splat<f64>(piece, 32), f64x2.sub(target, offset));
      let candidate = f64x2.add(pulled, f64x2.mul(v128.load_splat<f64>(piece, 40), centre));
      candidate = f64x2.pmax(candidate, v128.load_splat<f64>(piece));
      candidate = f64x2.pmin(candidate, v128.load_splat<f64>(piece, 8));
      // Both ends are numbers of the precision of the data, so rounding does not leave the piece.
      if (sizeof<T>() == 4) candidate = v128.promote_low<f32>(v128.demote_zero<f64>(candidate));
      const miss = f64x2.sub(target, f64x2.add(f64x2.mul(slope, candidate), offset));
      const move = f64x2.sub(candidate, centre);
      const missed = f64x2.mul(f64x2.mul(f64x2.splat(gamma), miss), miss);
      const moved = f64x2.mul(f64x2.mul(f64x2.splat(beta), move), move);
      const cost = f64x2.add(missed, moved);
      const better = f64x2.le(cost, lowest);
      best = v128.bitselect(candidate, best, better);
      lowest = v128.bitselect(cost, lowest, better);
    }
    storeSome<T>(z + i * sizeof<T>(), best, length - i);
  }
}

/** Whole vectors of {@link applyRelu}. `pmax` is one instruction, and keeps a NaN on its left. */
function applyReluVectors<T>(z: usize, bytes: usize, out: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) {
    v128.store(out + i, v128.pmax<T>(v128.load(z + i), f64x2.splat(0)));
  }
}

/** `out` = max(0, z). Nothing beyond the arrays is touched. */
export function applyRelu<T>(z: usize, length: usize, out: usize): void {
  const bytes = length * sizeof<T>();
  const rest = bytes % 16;
  const whole = bytes - rest;
  applyReluVectors<T>(z, whole, out);
  if (rest == 0) return;
  memory.copy(overhang, z + whole, rest);
  applyReluVectors<T>(overhang, 16, overhang);
  memory.copy(out + whole, overhang, rest);
}

/** Where z stays at m: m < min(0, -k a). */
function staysOf<T>(a: v128, m: v128, minusK: v128): v128 {
  return v128.lt<T>(m, v128.pmin<T>(v128.mul<T>(minusK, a), f64x2.splat(0)));
}

/** h(z): 0 where z stays, which is negative there, else z = max(0, pull a + keep m). */
function valueOf<T>(a: v128, m: v128, pulls: v128, keeps: v128, stays: v128): v128 {
  const pulled = v128.add<T>(v128.mul<T>(pulls, a), v128.mul<T>(keeps, m));
  return v128.andnot(v128.pmax<T>(pulled, f64x2.splat(0)), stays);
}

/** `sum` + `x`^2. */
function addSquare<T>(sum: v128, x: v128): v128 {
  return v128.add<T>(sum, v128.mul<T>(x, x));
}

/** Whole vectors, up to `blockVectors` of them: see {@link solveRelu}. Two a step: 0.39 ns a number, and 0.55 of one. */
function solveReluBlock<T>(
  a: usize,
  m: usize,
  bytes: usize,
  pull: f64,
  keep: f64,
  k: f64,
  z: usize,
  sums: usize,
): void {
  const pulls = v128.splat<T>(<T>pull);
  const keeps = v128.splat<T>(<T>keep);
  const minusK = v128.splat<T>(<T>-k);
  let moves = f64x2.splat(0);
  let misses = f64x2.splat(0);
  let i: usize = 0;
  for (const end = bytes - (bytes % 32); i < end; i += 32) {
    const target0 = v128.load(a + i);
    const centre0 = v128.load(m + i);
    const stays0 = staysOf<T>(target0, centre0, minusK);
    const value0 = valueOf<T>(target0, centre0, pulls, keeps, stays0);
    const solution0 = v128.or(value0, v128.and(centre0, stays0));
    moves = addSquare<T>(moves, v128.sub<T>(solution0, centre0));
    misses = addSquare<T>(misses, v128.sub<T>(target0, value0));
    v128.store(z + i, solution0);
    const target1 = v128.load(a + i, 16);
    const centre1 = v128.load(m + i, 16);
    const stays1 = staysOf<T>(target1, centre1, minusK);
    const value1 = valueOf<T>(target1, centre1, pulls, keeps, stays1);
    const solution1 = v128.or(value1, v128.and(centre1, stays1));
    moves = addSquare<T>(moves, v128.sub<T>(solution1, centre1));
    misses = addSquare<T>(misses, v128.sub<T>(target1, value1));
    v128.store(z + i, solution1, 16);
  }
  for (; i < bytes; i += 16) {
    const target = v128.load(a + i);
    const centre = v128.load(m + i);
    const stays = staysOf<T>(target, centre, minusK);
    const value = valueOf<T>(target, centre, pulls, keeps, stays);
    const solution = v128.or(value, v128.and(centre, stays));
    moves = addSquare<T>(moves, v128.sub<T>(solution, centre));
    misses = addSquare<T>(misses, v128.sub<T>(target, value));
    v128.store(z + i, solution);
  }
  store<f64>(sums, load<f64>(sums) + sumOf<T>(moves));
  store<f64>(sums, load<f64>(sums, 8) + sumOf<T>(misses), 8);
}

/**
 * `z` = m < min(0, -k a) ? m : max(0, pull a + keep m); the squares of z - m and of a - h(z) are added to the two f64 at
 * `sums`. Nothing beyond the arrays is touched.
 */
export function solveRelu<T>(
  a: usize,
  m: usize,
  length: usize,
  pull: f64,
  keep: f64,
  k: f64,
  z: usize,
  sums: usize,
): void {
  const bytes = length * sizeof<T>();
  const rest = bytes % 16;
  const whole = bytes - rest;
  for (let from: usize = 0; from < whole; from += blockVectors * 16) {
    const some = min(blockVectors * 16, whole - from);
    solveReluBlock<T>(a + from, m + from, some, pull, keep, k, z + from, sums);
  }
  if (rest == 0) return;
  // A zero target and centre add nothing to the sums.
  memory.fill(overhang, 0, 32);
  memory.copy(overhang, a + whole, rest);
  memory.copy(overhang + 16, m + whole, rest);
  solveReluBlock<T>(overhang, overhang + 16, 16, pull, keep, k, overhang, sums);
  memory.copy(z + whole, overhang, rest);
}
