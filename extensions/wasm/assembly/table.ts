import { overhang } from './overhang.ts';
import { blockVectors, sumOf } from './sums.ts';

/**
 * Where a table of numbers, all f32, says what, in bytes: the records of the curve and the cells lie elsewhere. See `extensions/wasm/lookup-table.ts`.
 */
const from: usize = 0;
const density: usize = 4;
const spacing: usize = 8;
const last: usize = 12;
const to: usize = 16;
const perWidth: usize = 20;
const firstColumn: usize = 24;
const lastColumn: usize = 28;
const perHeight: usize = 32;
const firstRow: usize = 36;
const lastRow: usize = 40;
const ratio: usize = 44;
const longStep: usize = 48;

/** A longer last step of Newton's method says that it did not arrive. */
const lastStep: f32 = 0.0001220703125;

/** Steps before it is given up. */
const mostSteps = 3;

/** Bytes of a row of cells: no power of two, so that cells above each other do not share a line of the cache. */
const rowBytes: i32 = 516 * 32;

/** Where f32 has no room for fractions: added and taken away again it rounds, and its bits are whole numbers in between. */
const rounds: f32 = 8388608;

/** One number of a table in all lanes. */
function the(table: usize, which: usize): v128 {
  return v128.load_splat<f32>(table + which);
}

/** The first two numbers of two records, by turns: half of a transposition of four. */
function lows(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 0, 4, 1, 5);
}

/** Likewise the last two. */
function highs(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 2, 6, 3, 7);
}

/** The first halves of two vectors. */
function firsts(a: v128, b: v128): v128 {
  return v128.shuffle<i64>(a, b, 0, 2);
}

/** Likewise the second ones. */
function seconds(a: v128, b: v128): v128 {
  return v128.shuffle<i64>(a, b, 1, 3);
}

/** Records of the curve that the numbers lie in, or the nearest ones. */
function recordOf(z: v128, table: usize): v128 {
  const position = f32x4.add(f32x4.mul(f32x4.sub(z, the(table, from)), the(table, density)), f32x4.splat(1));
  return i32x4.trunc_sat_f32x4_s(f32x4.pmin(the(table, last), f32x4.pmax(f32x4.splat(0), position)));
}

/** Distance from where the records begin. Both operands and the result are exact. */
function distanceIn(record: v128, z: v128, table: usize): v128 {
  const steps = f32x4.convert_i32x4_s(i32x4.sub(record, i32x4.splat(1)));
  return f32x4.sub(z, f32x4.add(the(table, from), f32x4.mul(steps, the(table, spacing))));
}

/** The record of one lane: four numbers. */
function recordAt(records: usize, at: i32): v128 {
  return v128.load(records + <usize>at);
}

/** `out` = h(z), four numbers. */
function valueOf(x: v128, table: usize, curve: usize): v128 {
  const record = recordOf(x, table);
  const s = distanceIn(record, x, table);
  const at = i32x4.shl(record, 4);
  const r0 = recordAt(curve, i32x4.extract_lane(at, 0));
  const r1 = recordAt(curve, i32x4.extract_lane(at, 1));
  const r2 = recordAt(curve, i32x4.extract_lane(at, 2));
  const r3 = recordAt(curve, i32x4.extract_lane(at, 3));
  const low01 = lows(r0, r1);
  const low23 = lows(r2, r3);
  const high01 = highs(r0, r1);
  const high23 = highs(r2, r3);
  const c0 = firsts(low01, low23);
  const c1 = seconds(low01, low23);
  const inner = f32x4.add(firsts(high01, high23), f32x4.mul(s, seconds(high01, high23)));
  const value = f32x4.add(c0, f32x4.mul(s, f32x4.add(c1, f32x4.mul(s, inner))));
  const inside = v128.and(f32x4.ge(x, the(table, from)), f32x4.lt(x, the(table, to)));
  if (v128.all_true<i32>(inside)) return value;
  // On the straight lines at either end 0 * inf would be NaN; a NaN itself must stay one.
  const flat = v128.and(f32x4.eq(c1, f32x4.splat(0)), f32x4.eq(x, x));
  const line = v128.bitselect(c0, f32x4.add(c0, f32x4.mul(s, c1)), flat);
  return v128.bitselect(value, line, inside);
}

/** `out` = h(z) from the records of a curve. Nothing beyond the arrays is touched. */
export function applyTable(z: usize, length: usize, table: usize, curve: usize, out: usize): void {
  const bytes = length * 4;
  const rest = bytes % 16;
  const whole = bytes - rest;
  for (let i: usize = 0; i < whole; i += 16) v128.store(out + i, valueOf(v128.load(z + i), table, curve));
  if (rest == 0) return;
  memory.copy(overhang, z + whole, rest);
  v128.store(overhang, valueOf(v128.load(overhang), table, curve));
  memory.copy(out + whole, overhang, rest);
}

/** Newton's method on the curve itself; NaN where it does not come to its end, or the cost does not bend upwards. */
function polish(z: v128, target: v128, centre: v128, table: usize, curve: usize): v128 {
  const weight = the(table, ratio);
  let good = f32x4.splat(0);
  for (let count = 0; count < mostSteps; count++) {
    const record = recordOf(z, table);
    const s = distanceIn(record, z, table);
    const at = i32x4.shl(record, 4);
    const r0 = recordAt(curve, i32x4.extract_lane(at, 0));
    const r1 = recordAt(curve, i32x4.extract_lane(at, 1));
    const r2 = recordAt(curve, i32x4.extract_lane(at, 2));
    const r3 = recordAt(curve, i32x4.extract_lane(at, 3));
    const low01 = lows(r0, r1);
    const low23 = lows(r2, r3);
    const high01 = highs(r0, r1);
    const high23 = highs(r2, r3);
    const c1 = seconds(low01, low23);
    const bend = f32x4.mul(seconds(high01, high23), s);
    const half = f32x4.add(firsts(high01, high23), bend);
    const value = f32x4.add(firsts(low01, low23), f32x4.mul(s, f32x4.add(c1, f32x4.mul(s, half))));
    const miss = f32x4.sub(value, target);
    const rise = f32x4.add(c1, f32x4.mul(s, f32x4.add(f32x4.add(half, half), bend)));
    const bending = f32x4.mul(f32x4.splat(2), f32x4.add(half, f32x4.add(bend, bend)));
    const bent = f32x4.add(f32x4.mul(rise, rise), f32x4.mul(miss, bending));
    const curvature = f32x4.add(f32x4.splat(1), f32x4.mul(weight, bent));
    const slope = f32x4.add(f32x4.mul(f32x4.mul(weight, miss), rise), f32x4.sub(z, centre));
    const step = f32x4.div(slope, curvature);
    // Who has arrived stays, so that no lane makes a difference to another.
    z = v128.bitselect(z, f32x4.sub(z, step), good);
    const upwards = f32x4.gt(curvature, f32x4.splat(0));
    good = v128.or(good, v128.and(upwards, f32x4.le(f32x4.abs(step), f32x4.splat(lastStep))));
    if (v128.all_true<i32>(good)) return z;
  }
  return v128.bitselect(z, f32x4.splat(NaN), good);
}

/** Takes down the lanes that are not solved: number, a and m of each. Returns where the list ends. */
function leave(list: usize, first: usize, solved: v128, target: v128, centre: v128): usize {
  v128.store(list, target, 64);
  v128.store(list, centre, 80);
  v128.store(list, solved, 96);
  let end = list;
  const scratch = list + 64;
  // The scratch space lies beyond what four entries take.
  for (let lane: usize = 0; lane < 4; lane++) {
    if (load<u32>(scratch + 32 + 4 * lane) != 0) continue;
    const a = load<f32>(scratch + 4 * lane);
    const m = load<f32>(scratch + 16 + 4 * lane);
    store<u32>(end, <u32>(first + lane));
    store<f32>(end, a, 4);
    store<f32>(end, m, 8);
    end += 12;
  }
  return end;
}

/** Distances of cells from the first one in bytes, of row and column as {@link rounds} has rounded them. */
function cellOf(row: v128, column: v128): v128 {
  const bits = i32x4.splat(0x4b000000);
  const before = i32x4.mul(i32x4.sub(row, bits), i32x4.splat(rowBytes));
  return i32x4.add(before, i32x4.shl(i32x4.sub(column, bits), 5));
}

/** A number scaled to the grid, kept inside it, less a half: NaN becomes the first one. */
function onGrid(x: v128, table: usize, scale: usize, first: usize, end: usize): v128 {
  const scaled = f32x4.add(f32x4.mul(x, the(table, scale)), the(table, first));
  return f32x4.pmin(the(table, end), f32x4.pmax(f32x4.splat(0), scaled));
}

/**
 * `z` = the minimiser of $\rho (a - h(z))^2 + (z - m)^2$ where the cell of (a, m) has a single start and Newton's method comes
 * to its end: on the cubic of the cell in one step, or on the curve itself. The squares of z - m and of a - h(z) are added to the
 * two f64 at `sums`. The entries beyond the last whole vector and those that take more are listed: number, a and m. Returns
 * where the list ends. `z` may be `a` or `m`. Nothing beyond the arrays is touched.
 */
export function solveTable(
  a: usize,
  m: usize,
  length: usize,
  table: usize,
  curve: usize,
  cells: usize,
  z: usize,
  sums: usize,
  list: usize,
): usize {
  const bytes = length * 4;
  const vectors = bytes - (bytes % 16);
  const weight = the(table, ratio);
  const zero = f32x4.splat(0);
  for (let block: usize = 0; block < vectors; block += blockVectors * 16) {
    const end = min(vectors, block + blockVectors * 16);
    let moves = zero;
    let misses = zero;
    for (let i = block; i < end; i += 16) {
      const target = v128.load(a + i);
      const centre = v128.load(m + i);
      const x = onGrid(centre, table, perWidth, firstColumn, lastColumn);
      const y = onGrid(target, table, perHeight, firstRow, lastRow);
      const column = f32x4.add(x, f32x4.splat(rounds));
      const row = f32x4.add(y, f32x4.splat(rounds));
      const at = cellOf(row, column);
      const at0 = cells + <usize>i32x4.extract_lane(at, 0);
      const at1 = cells + <usize>i32x4.extract_lane(at, 1);
      const at2 = cells + <usize>i32x4.extract_lane(at, 2);
      const at3 = cells + <usize>i32x4.extract_lane(at, 3);
      const a0 = v128.load(at0);
      const a1 = v128.load(at1);
      const a2 = v128.load(at2);
      const a3 = v128.load(at3);
      const low01 = lows(a0, a1);
      const low23 = lows(a2, a3);
      const high01 = highs(a0, a1);
      const high23 = highs(a2, a3);
      const along = f32x4.mul(seconds(low01, low23), f32x4.sub(x, f32x4.sub(column, f32x4.splat(rounds))));
      const up = f32x4.mul(firsts(high01, high23), f32x4.sub(y, f32x4.sub(row, f32x4.splat(rounds))));
      const middle = firsts(low01, low23);
      const start = f32x4.add(middle, f32x4.add(along, up));
      const s = f32x4.sub(start, middle);
      const b0 = v128.load(at0, 16);
      const b1 = v128.load(at1, 16);
      const b2 = v128.load(at2, 16);
      const b3 = v128.load(at3, 16);
      const first01 = lows(b0, b1);
      const first23 = lows(b2, b3);
      const last01 = highs(b0, b1);
      const last23 = highs(b2, b3);
      const c0 = f32x4.sub(firsts(first01, first23), target);
      const c1 = seconds(first01, first23);
      const c2 = firsts(last01, last23);
      const c3 = seconds(last01, last23);
      const bend = f32x4.mul(c3, s);
      const half = f32x4.add(c2, bend);
      const miss = f32x4.add(c0, f32x4.mul(s, f32x4.add(c1, f32x4.mul(s, half))));
      const rise = f32x4.add(c1, f32x4.mul(s, f32x4.add(f32x4.add(half, half), bend)));
      const halfBending = f32x4.add(half, f32x4.add(bend, bend));
      const bending = f32x4.add(halfBending, halfBending);
      const bent = f32x4.add(f32x4.mul(rise, rise), f32x4.mul(miss, bending));
      const curvature = f32x4.add(f32x4.splat(1), f32x4.mul(weight, bent));
      const slope = f32x4.add(f32x4.mul(f32x4.mul(weight, miss), rise), f32x4.sub(start, centre));
      const step = f32x4.div(slope, curvature);
      let solution = f32x4.sub(start, step);
      const upwards = f32x4.gt(curvature, zero);
      const arrived = v128.and(upwards, f32x4.le(f32x4.abs(step), the(table, longStep)));
      if (!v128.all_true<i32>(arrived)) {
        const polished = polish(start, target, centre, table, curve);
        solution = v128.bitselect(solution, polished, arrived);
        const solved = f32x4.eq(solution, solution);
        if (!v128.all_true<i32>(solved)) list = leave(list, i >> 2, solved, target, centre);
      }
      const there = f32x4.sub(solution, middle);
      const value = f32x4.add(c1, f32x4.mul(there, f32x4.add(c2, f32x4.mul(there, c3))));
      const missed = f32x4.add(c0, f32x4.mul(there, value));
      const moved = f32x4.sub(solution, centre);
      // What is left is NaN, and no part of the sums yet.
      moves = f32x4.add(moves, f32x4.pmax(zero, f32x4.mul(moved, moved)));
      misses = f32x4.add(misses, f32x4.pmax(zero, f32x4.mul(missed, missed)));
      v128.store(z + i, solution);
    }
    store<f64>(sums, load<f64>(sums) + sumOf<f32>(moves));
    store<f64>(sums, load<f64>(sums, 8) + sumOf<f32>(misses), 8);
  }
  for (let i = vectors; i < bytes; i += 4) {
    store<u32>(list, <u32>(i >> 2));
    store<f32>(list, load<f32>(a + i), 4);
    store<f32>(list, load<f32>(m + i), 8);
    list += 12;
  }
  return list;
}
