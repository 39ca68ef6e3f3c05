import { sumOf } from './sums.ts';

/**
 * How windows lie side by side in an image, nine u32, sizes in bytes: an image; windows down, from one to the next; windows
 * across, from one to the next; members down, from one to the next; members across. Numbers of a pixel lie together, in whole vectors.
 */
@unmanaged
class Windows {
  image: u32;
  down: u32;
  downStep: u32;
  across: u32;
  acrossStep: u32;
  lines: u32;
  pitch: u32;
  width: u32;
  pixel: u32;
}

/** The largest of a window's members, NaN where one is. */
function largestOf<T>(first: usize, w: Windows): v128 {
  let most = v128.load(first);
  for (let i: usize = 0; i < w.lines; i++) {
    const line = first + i * w.pitch;
    for (let j: usize = 0; j < w.width; j++) most = v128.max<T>(most, v128.load(line + j * w.pixel));
  }
  return most;
}

/** `out` = the largest number of every window, and of these max(0, .) where `rectify`. */
export function applyPool<T>(z: usize, images: usize, windows: usize, rectify: bool, out: usize): void {
  const w = changetype<Windows>(windows);
  const zero = v128.splat<T>(0);
  for (let image: usize = 0; image < images; image++, z += w.image) {
    for (let y: usize = 0; y < w.down; y++) {
      let window = z + y * w.downStep;
      for (let x: usize = 0; x < w.across; x++, window += w.acrossStep) {
        for (let i: usize = 0; i < w.pixel; i += 16, out += 16) {
          const most = largestOf<T>(window + i, w);
          v128.store(out, rectify ? v128.max<T>(most, zero) : most);
        }
      }
    }
  }
}

/** How many members {@link pullOf} has summed: its second result. */
let counted: v128 = f64x2.splat(0);

/** The sum of the members above `top`, and of those that are the largest; how many they are is left in `counted`. */
function pullOf<T>(first: usize, w: Windows, top: v128, most: v128): v128 {
  const one = v128.splat<T>(1);
  let sum = v128.splat<T>(0);
  let count = v128.splat<T>(0);
  for (let i: usize = 0; i < w.lines; i++) {
    const line = first + i * w.pitch;
    for (let j: usize = 0; j < w.width; j++) {
      const value = v128.load(line + j * w.pixel);
      const pulls = v128.or(v128.gt<T>(value, top), v128.eq<T>(value, most));
      sum = v128.add<T>(sum, v128.and(value, pulls));
      count = v128.add<T>(count, v128.and(one, pulls));
    }
  }
  counted = count;
  return sum;
}

/** What it costs beta to bring the maximum of a window to `top`. */
function costOf<T>(first: usize, w: Windows, top: v128, most: v128): v128 {
  const zero = v128.splat<T>(0);
  let sum = zero;
  for (let i: usize = 0; i < w.lines; i++) {
    const line = first + i * w.pitch;
    for (let j: usize = 0; j < w.width; j++) {
      const above = v128.max<T>(v128.sub<T>(v128.load(line + j * w.pixel), top), zero);
      sum = v128.add<T>(sum, v128.mul<T>(above, above));
    }
  }
  const raised = v128.max<T>(v128.sub<T>(top, most), zero);
  return v128.add<T>(sum, v128.mul<T>(raised, raised));
}

/** argmin over t of gamma (a - t)^2 + beta C(t): the members above t are those that pull it up, and it only rises. */
function meet<T>(first: usize, w: Windows, a: v128, most: v128, gamma: v128, beta: v128): v128 {
  const pull = v128.mul<T>(gamma, a);
  const below = v128.lt<T>(a, most);
  let top = v128.div<T>(v128.add<T>(pull, v128.mul<T>(beta, most)), v128.add<T>(gamma, beta));
  let rises = below;
  while (v128.any_true(rises)) {
    const sum = pullOf<T>(first, w, top, most);
    const next = v128.div<T>(v128.add<T>(pull, v128.mul<T>(beta, sum)), v128.add<T>(gamma, v128.mul<T>(beta, counted)));
    rises = v128.and(below, v128.gt<T>(next, top));
    top = v128.bitselect(next, top, rises);
  }
  return top;
}

/** Moves the members so that `top` is the maximum: the first of the largest up, or all above it down. Returns the squares of the moves. */
function write<T>(first: usize, w: Windows, top: v128, most: v128): v128 {
  const raises = v128.gt<T>(top, most);
  let done = v128.not(raises);
  let moved = v128.splat<T>(0);
  for (let i: usize = 0; i < w.lines; i++) {
    const line = first + i * w.pitch;
    for (let j: usize = 0; j < w.width; j++) {
      const at = line + j * w.pixel;
      const value = v128.load(at);
      const goesUp = v128.andnot(v128.eq<T>(value, most), done);
      done = v128.or(done, goesUp);
      // Written so that a NaN, which is compared with in vain, goes everywhere.
      const stays = v128.and(v128.le<T>(value, top), v128.not(goesUp));
      const next = v128.bitselect(value, top, stays);
      const move = v128.sub<T>(next, value);
      moved = v128.add<T>(moved, v128.mul<T>(move, move));
      v128.store(at, next);
    }
  }
  return moved;
}

/**
 * `z` holds m and becomes, window by window, the best of h = 0 (where `rectify`) and h = t of the maximum t; the squares of z - m and of
 * a - h are added to the two f64 at `sums`.
 */
export function solvePool<T>(
  a: usize,
  z: usize,
  images: usize,
  windows: usize,
  rectify: bool,
  gamma: f64,
  beta: f64,
  sums: usize,
): void {
  const w = changetype<Windows>(windows);
  const gammas = v128.splat<T>(<T>gamma);
  const betas = v128.splat<T>(<T>beta);
  const zero = v128.splat<T>(0);
  let moves: f64 = 0;
  let misses: f64 = 0;
  for (let image: usize = 0; image < images; image++, z += w.image) {
    for (let y: usize = 0; y < w.down; y++) {
      let window = z + y * w.downStep;
      let movesOfRow = zero;
      let missesOfRow = zero;
      for (let x: usize = 0; x < w.across; x++, window += w.acrossStep) {
        for (let i: usize = 0; i < w.pixel; i += 16, a += 16) {
          const first = window + i;
          const target = v128.load(a);
          const most = largestOf<T>(first, w);
          let top = meet<T>(first, w, target, most, gammas, betas);
          if (rectify) {
            top = v128.max<T>(top, zero);
            const miss = v128.sub<T>(target, top);
            const active = v128.add<T>(
              v128.mul<T>(gammas, v128.mul<T>(miss, miss)),
              v128.mul<T>(betas, costOf<T>(first, w, top, most)),
            );
            const low = v128.min<T>(most, zero);
            const idle = v128.add<T>(
              v128.mul<T>(gammas, v128.mul<T>(target, target)),
              v128.mul<T>(betas, costOf<T>(first, w, low, most)),
            );
            top = v128.bitselect(low, top, v128.le<T>(idle, active));
          }
          // A NaN of a goes everywhere too, by way of the top.
          top = v128.add<T>(top, v128.mul<T>(v128.sub<T>(target, target), zero));
          movesOfRow = v128.add<T>(movesOfRow, write<T>(first, w, top, most));
          const missed = v128.sub<T>(target, rectify ? v128.max<T>(top, zero) : top);
          missesOfRow = v128.add<T>(missesOfRow, v128.mul<T>(missed, missed));
        }
      }
      moves += sumOf<T>(movesOfRow);
      misses += sumOf<T>(missesOfRow);
    }
  }
  store<f64>(sums, load<f64>(sums) + moves);
  store<f64>(sums, load<f64>(sums, 8) + misses, 8);
}
