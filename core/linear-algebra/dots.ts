/**
 * `sums[i]` = $\sum_x$ `rows[from + i * step + x]` `row[rowFrom + x]` for i = 0 .. 3 and x from 0 to `length - 1`: four
 * rows against one, which is then read once for all four.
 */
export function dotFour(
  rows: Float64Array,
  from: number,
  step: number,
  row: Float64Array,
  rowFrom: number,
  length: number,
  sums: Float64Array,
): void {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let p0 = from | 0;
  let p1 = (p0 + step) | 0;
  let p2 = (p1 + step) | 0;
  let p3 = (p2 + step) | 0;
  const end = (rowFrom + length) | 0;
  for (let q = rowFrom | 0; q < end; q = (q + 1) | 0) {
    const y = row[q]!;
    s0 += rows[p0]! * y;
    s1 += rows[p1]! * y;
    s2 += rows[p2]! * y;
    s3 += rows[p3]! * y;
    p0 = (p0 + 1) | 0;
    p1 = (p1 + 1) | 0;
    p2 = (p2 + 1) | 0;
    p3 = (p3 + 1) | 0;
  }
  sums[0] = s0;
  sums[1] = s1;
  sums[2] = s2;
  sums[3] = s3;
}

/** $\sum_x$ `a[from + x]` `b[bFrom + x]` for x from 0 to `length - 1`. */
export function dot(a: Float64Array, from: number, b: Float64Array, bFrom: number, length: number): number {
  let sum = 0;
  for (let x = 0; x < length; x++) sum += a[from + x]! * b[bFrom + x]!;
  return sum;
}
