/** Numbers of a type in one vector register of 128 bits. */
export function lanes<T>(): usize {
  return 16 / sizeof<T>();
}

/** a b + c in every lane; in one rounding where the build and the processor have it. */
function multiplyAdd<T>(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_madd<T>(a, b, c);
  return v128.add<T>(v128.mul<T>(a, b), c);
}

/**
 * A register tile: up to three rows of `a` times a panel of three vectors, added to `c` (`keep`) or written over it.
 * The number of `a` in row i at depth x lies at `a + i * rowStep + x * depthStep`; steps are in bytes. Where there are
 * fewer rows, the last one is computed again: every sum is formed before any is stored, so that changes nothing.
 *
 * Nine sums, three factors of the panel, one of `a` and one product fit the sixteen vector registers of x86-64.
 */
export function threeVectors<T>(
  a: usize,
  rowStep: usize,
  depthStep: usize,
  rows: usize,
  panel: usize,
  depth: usize,
  c: usize,
  cStep: usize,
  keep: bool,
): void {
  let a0 = a;
  let a1 = a0 + (rows > 1 ? rowStep : 0);
  let a2 = a1 + (rows > 2 ? rowStep : 0);
  const r1 = c + (rows > 1 ? cStep : 0);
  const r2 = r1 + (rows > 2 ? cStep : 0);
  let c00 = f64x2.splat(0);
  let c01 = c00;
  let c02 = c00;
  let c10 = c00;
  let c11 = c00;
  let c12 = c00;
  let c20 = c00;
  let c21 = c00;
  let c22 = c00;
  if (keep) {
    c00 = v128.load(c);
    c01 = v128.load(c, 16);
    c02 = v128.load(c, 32);
    c10 = v128.load(r1);
    c11 = v128.load(r1, 16);
    c12 = v128.load(r1, 32);
    c20 = v128.load(r2);
    c21 = v128.load(r2, 16);
    c22 = v128.load(r2, 32);
  }
  const end = panel + depth * 48;
  while (panel < end) {
    const b0 = v128.load(panel);
    const b1 = v128.load(panel, 16);
    const b2 = v128.load(panel, 32);
    const x0 = v128.load_splat<T>(a0);
    c00 = multiplyAdd<T>(x0, b0, c00);
    c01 = multiplyAdd<T>(x0, b1, c01);
    c02 = multiplyAdd<T>(x0, b2, c02);
    const x1 = v128.load_splat<T>(a1);
    c10 = multiplyAdd<T>(x1, b0, c10);
    c11 = multiplyAdd<T>(x1, b1, c11);
    c12 = multiplyAdd<T>(x1, b2, c12);
    const x2 = v128.load_splat<T>(a2);
    c20 = multiplyAdd<T>(x2, b0, c20);
    c21 = multiplyAdd<T>(x2, b1, c21);
    c22 = multiplyAdd<T>(x2, b2, c22);
    a0 += depthStep;
    a1 += depthStep;
    a2 += depthStep;
    panel += 48;
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  v128.store(c, c02, 32);
  v128.store(r1, c10);
  v128.store(r1, c11, 16);
  v128.store(r1, c12, 32);
  v128.store(r2, c20);
  v128.store(r2, c21, 16);
  v128.store(r2, c22, 32);
}

/** As {@link threeVectors}, with up to four rows and a panel of two vectors. */
export function twoVectors<T>(
  a: usize,
  rowStep: usize,
  depthStep: usize,
  rows: usize,
  panel: usize,
  depth: usize,
  c: usize,
  cStep: usize,
  keep: bool,
): void {
  let a0 = a;
  let a1 = a0 + (rows > 1 ? rowStep : 0);
  let a2 = a1 + (rows > 2 ? rowStep : 0);
  let a3 = a2 + (rows > 3 ? rowStep : 0);
  const r1 = c + (rows > 1 ? cStep : 0);
  const r2 = r1 + (rows > 2 ? cStep : 0);
  const r3 = r2 + (rows > 3 ? cStep : 0);
  let c00 = f64x2.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  if (keep) {
    c00 = v128.load(c);
    c01 = v128.load(c, 16);
    c10 = v128.load(r1);
    c11 = v128.load(r1, 16);
    c20 = v128.load(r2);
    c21 = v128.load(r2, 16);
    c30 = v128.load(r3);
    c31 = v128.load(r3, 16);
  }
  const end = panel + depth * 32;
  while (panel < end) {
    const b0 = v128.load(panel);
    const b1 = v128.load(panel, 16);
    const x0 = v128.load_splat<T>(a0);
    c00 = multiplyAdd<T>(x0, b0, c00);
    c01 = multiplyAdd<T>(x0, b1, c01);
    const x1 = v128.load_splat<T>(a1);
    c10 = multiplyAdd<T>(x1, b0, c10);
    c11 = multiplyAdd<T>(x1, b1, c11);
    const x2 = v128.load_splat<T>(a2);
    c20 = multiplyAdd<T>(x2, b0, c20);
    c21 = multiplyAdd<T>(x2, b1, c21);
    const x3 = v128.load_splat<T>(a3);
    c30 = multiplyAdd<T>(x3, b0, c30);
    c31 = multiplyAdd<T>(x3, b1, c31);
    a0 += depthStep;
    a1 += depthStep;
    a2 += depthStep;
    a3 += depthStep;
    panel += 32;
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  v128.store(r1, c10);
  v128.store(r1, c11, 16);
  v128.store(r2, c20);
  v128.store(r2, c21, 16);
  v128.store(r3, c30);
  v128.store(r3, c31, 16);
}
