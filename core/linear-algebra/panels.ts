import type { Real } from '../block.ts';

/**
 * Rows and columns of a register tile. Nine sums and six factors nearly fit the sixteen floating-point registers of
 * common processors; 4 x 4 spills its sums to memory at every step and is slower.
 */
export const side = 3;

/** Lines of an operand, packed: see {@link pack}. Always f64, so that the inner loop converts nothing. */
export type Panels = Float64Array;

/** How many panels cover that many lines. */
export const panelsOf = (lines: number): number => Math.ceil(lines / side);

/**
 * Copies `lines` lines of `depth` numbers each into panels of {@link side} lines, as f64, where a line is a row or a
 * column of `source`: `panels[(p * depth + x) * side + i]` = `source[from + (p * side + i) * lineStep + x * depthStep]`.
 * The last panel is filled up with zeros. Packed once, the numbers are read by every tile in the order they lie in.
 */
export function pack(
  source: Real,
  from: number,
  lines: number,
  depth: number,
  lineStep: number,
  depthStep: number,
  panels: Panels,
): void {
  let to = 0;
  const whole = lines - (lines % side);
  for (let line = 0; line < whole; line += side) {
    let at = from + line * lineStep;
    for (let x = 0; x < depth; x++) {
      panels[to] = source[at]!;
      panels[to + 1] = source[at + lineStep]!;
      panels[to + 2] = source[at + 2 * lineStep]!;
      to += side;
      at += depthStep;
    }
  }
  if (whole === lines) return;
  const two = lines - whole === 2;
  let at = from + whole * lineStep;
  for (let x = 0; x < depth; x++) {
    panels[to] = source[at]!;
    panels[to + 1] = two ? source[at + lineStep]! : 0;
    panels[to + 2] = 0;
    to += side;
    at += depthStep;
  }
}

/**
 * `tile[i * side + j]` = $\sum_x$ `a[aFrom + x * side + i]` `b[bFrom + x * side + j]` for x from 0 to `depth - 1`: one
 * panel times another. Sums stay in registers; `| 0` spares a test for overflow at every index.
 */
export function multiplyPanels(a: Panels, aFrom: number, b: Panels, bFrom: number, depth: number, tile: Panels): void {
  let c00 = 0;
  let c01 = 0;
  let c02 = 0;
  let c10 = 0;
  let c11 = 0;
  let c12 = 0;
  let c20 = 0;
  let c21 = 0;
  let c22 = 0;
  const end = (aFrom + depth * side) | 0;
  for (let p = aFrom | 0, q = bFrom | 0; p < end; p = (p + side) | 0, q = (q + side) | 0) {
    const b0 = b[q]!;
    const b1 = b[(q + 1) | 0]!;
    const b2 = b[(q + 2) | 0]!;
    const a0 = a[p]!;
    c00 += a0 * b0;
    c01 += a0 * b1;
    c02 += a0 * b2;
    const a1 = a[(p + 1) | 0]!;
    c10 += a1 * b0;
    c11 += a1 * b1;
    c12 += a1 * b2;
    const a2 = a[(p + 2) | 0]!;
    c20 += a2 * b0;
    c21 += a2 * b1;
    c22 += a2 * b2;
  }
  tile[0] = c00;
  tile[1] = c01;
  tile[2] = c02;
  tile[3] = c10;
  tile[4] = c11;
  tile[5] = c12;
  tile[6] = c20;
  tile[7] = c21;
  tile[8] = c22;
}
