import type { Factor } from '../linear-algebra.ts';
import { dot, dotFour } from './dots.ts';

/** Rows handled together by {@link dotFour}. */
const group = 4;

/** $S = L L^T$; `l` holds $L$ in its lower triangle and, mirrored, $L^T$ in its upper one: both read along rows. */
class CholeskyFactor implements Factor {
  readonly rank: number;
  readonly #l: Float64Array;
  readonly #sums = new Float64Array(group);

  constructor(l: Float64Array, n: number) {
    this.#l = l;
    this.rank = n;
  }

  solve(b: Float64Array): void {
    const n = this.rank;
    const rows = n === 0 ? 0 : b.length / n;
    const whole = rows - (rows % group);
    for (let row = 0; row < whole; row += group) this.#solveFour(b, row * n);
    for (let row = whole; row < rows; row++) this.#solveOne(b, row * n);
  }

  #solveFour(b: Float64Array, from: number): void {
    const n = this.rank;
    const l = this.#l;
    const sums = this.#sums;
    for (let i = 0; i < n; i++) {
      dotFour(b, from, n, l, i * n, i, sums);
      const pivot = l[i * n + i]!;
      for (let r = 0, at = from + i; r < group; r++, at += n) b[at] = (b[at]! - sums[r]!) / pivot;
    }
    for (let i = n - 1; i >= 0; i--) {
      dotFour(b, from + i + 1, n, l, i * n + i + 1, n - 1 - i, sums);
      const pivot = l[i * n + i]!;
      for (let r = 0, at = from + i; r < group; r++, at += n) b[at] = (b[at]! - sums[r]!) / pivot;
    }
  }

  #solveOne(b: Float64Array, from: number): void {
    const n = this.rank;
    const l = this.#l;
    for (let i = 0; i < n; i++) b[from + i] = (b[from + i]! - dot(b, from, l, i * n, i)) / l[i * n + i]!;
    for (let i = n - 1; i >= 0; i--) {
      const known = dot(b, from + i + 1, l, i * n + i + 1, n - 1 - i);
      b[from + i] = (b[from + i]! - known) / l[i * n + i]!;
    }
  }
}

/**
 * Cholesky factor, column by column: $L_{jj}^2 = S_{jj} - \sum_k L_{jk}^2$ and
 * $L_{ij} = (S_{ji} - \sum_k L_{ik} L_{jk}) / L_{jj}$. The test of the pivot is written so that NaN fails it. See
 * `LinearAlgebra.factor`.
 */
export function cholesky(s: Float64Array, n: number, tolerance: number): Factor | undefined {
  const l = new Float64Array(n * n);
  const sums = new Float64Array(group);
  for (let j = 0; j < n; j++) {
    const row = j * n;
    const diagonal = s[row + j]!;
    const square = diagonal - dot(l, row, l, row, j);
    if (!(square > tolerance * diagonal && square > 0)) return undefined;
    const pivot = Math.sqrt(square);
    l[row + j] = pivot;
    let i = j + 1;
    for (; i + group <= n; i += group) {
      dotFour(l, i * n, n, l, row, j, sums);
      for (let r = 0; r < group; r++) l[(i + r) * n + j] = (s[row + i + r]! - sums[r]!) / pivot;
    }
    for (; i < n; i++) l[i * n + j] = (s[row + i]! - dot(l, i * n, l, row, j)) / pivot;
    for (let k = j + 1; k < n; k++) l[row + k] = l[k * n + j]!;
  }
  return new CholeskyFactor(l, n);
}
