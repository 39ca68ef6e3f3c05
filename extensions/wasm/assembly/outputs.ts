import { overhang } from './overhang.ts';
import { blockVectors, sumOf } from './sums.ts';

/** $\ell(z, 1) = \max(1 - z, 0)$ and $\ell(z, 0) = \max(z, 0)$; whatever is not 1 counts as 0. */
export class Hinge {}

/** $\ell(z, y) = (z - y)^2$. */
export class Squared {}

/** $z = (y - \lambda / 2 + \beta m) / (1 + \beta)$. */
function solveSquared<T>(y: v128, m: v128, lambda: v128, beta: v128, scale: v128): v128 {
  const pulled = v128.sub<T>(y, v128.mul<T>(lambda, v128.splat<T>(<T>0.5)));
  return v128.mul<T>(v128.add<T>(pulled, v128.mul<T>(beta, m)), scale);
}

/** The kink, which is at y, between $v = m - \lambda / (2 \beta)$ and `half` = $1 / (2 \beta)$ further down the slope. */
function solveHinge<T>(y: v128, m: v128, lambda: v128, half: v128): v128 {
  const one = v128.splat<T>(<T>1);
  const isOne = v128.eq<T>(y, one);
  const v = v128.sub<T>(m, v128.mul<T>(lambda, half));
  const lowest = v128.sub<T>(v, v128.andnot(half, isOne));
  const highest = v128.add<T>(v, v128.and(half, isOne));
  // Both ends are NaN where v is, and `pmax` and `pmin` keep a NaN on their left.
  return v128.pmin<T>(v128.pmax<T>(lowest, v128.and(one, isOne)), highest);
}

/** The loss of one vector. */
function lossOf<T, Loss>(z: v128, y: v128): v128 {
  if (idof<Loss>() == idof<Squared>()) {
    const miss = v128.sub<T>(z, y);
    return v128.mul<T>(miss, miss);
  }
  const one = v128.splat<T>(<T>1);
  const excess = v128.bitselect(v128.sub<T>(one, z), z, v128.eq<T>(y, one));
  return v128.pmax<T>(excess, v128.splat<T>(<T>0));
}

/** Whole vectors, up to `blockVectors` of them: see {@link solveOutputs}. */
function solveBlock<T, Loss>(
  y: usize,
  m: usize,
  lambda: usize,
  bytes: usize,
  beta: f64,
  rate: f64,
  z: usize,
  sums: usize,
): void {
  const betas = v128.splat<T>(<T>beta);
  const scale = v128.splat<T>(<T>(1 / (1 + beta)));
  const half = v128.splat<T>(<T>(0.5 / beta));
  const rates = v128.splat<T>(<T>rate);
  let losses = f64x2.splat(0);
  let products = f64x2.splat(0);
  let moves = f64x2.splat(0);
  for (let i: usize = 0; i < bytes; i += 16) {
    const target = v128.load(y + i);
    const centre = v128.load(m + i);
    const multiplier = v128.load(lambda + i);
    const solution =
      idof<Loss>() == idof<Squared>()
        ? solveSquared<T>(target, centre, multiplier, betas, scale)
        : solveHinge<T>(target, centre, multiplier, half);
    const move = v128.sub<T>(solution, centre);
    losses = v128.add<T>(losses, lossOf<T, Loss>(solution, target));
    products = v128.add<T>(products, v128.mul<T>(solution, multiplier));
    moves = v128.add<T>(moves, v128.mul<T>(move, move));
    v128.store(z + i, solution);
    if (rate != 0) v128.store(lambda + i, v128.add<T>(multiplier, v128.mul<T>(rates, move)));
  }
  store<f64>(sums, load<f64>(sums) + sumOf<T>(losses));
  store<f64>(sums, load<f64>(sums, 8) + sumOf<T>(products), 8);
  store<f64>(sums, load<f64>(sums, 16) + sumOf<T>(moves), 16);
}

/**
 * `z` = argmin of the loss + z lambda + beta (z - m)^2; the loss, z lambda and (z - m)^2 are added to the three f64 at
 * `sums`. Then `lambda` += `rate` (z - m), unless `rate` is 0. Nothing beyond the arrays is touched.
 */
export function solveOutputs<T, Loss>(
  y: usize,
  m: usize,
  lambda: usize,
  length: usize,
  beta: f64,
  rate: f64,
  z: usize,
  sums: usize,
): void {
  const bytes = length * sizeof<T>();
  const rest = bytes % 16;
  const whole = bytes - rest;
  for (let from: usize = 0; from < whole; from += blockVectors * 16) {
    const some = min(blockVectors * 16, whole - from);
    solveBlock<T, Loss>(y + from, m + from, lambda + from, some, beta, rate, z + from, sums);
  }
  if (rest == 0) return;
  // A zero target, centre and multiplier add nothing to the sums.
  memory.fill(overhang, 0, 48);
  memory.copy(overhang, y + whole, rest);
  memory.copy(overhang + 16, m + whole, rest);
  memory.copy(overhang + 32, lambda + whole, rest);
  solveBlock<T, Loss>(overhang, overhang + 16, overhang + 32, 16, beta, rate, overhang, sums);
  memory.copy(z + whole, overhang, rest);
  memory.copy(lambda + whole, overhang + 32, rest);
}
