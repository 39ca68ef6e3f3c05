import type { Factor } from '../../core/linear-algebra.ts';
import { mustBeSquare } from '../../core/linear-algebra/shapes.ts';
import { mustBeDouble, mustBeExtent } from './checks.ts';
import type { Lapack } from './lapack.ts';
import type { Blas } from './library.ts';
import { plain, rowMajor, transposed, type Gemm } from './routines.ts';

function mustBeSystem(s: Float64Array, n: number): void {
  mustBeDouble('matrix', s);
  mustBeExtent('The size n of a system', n);
  mustBeSquare(s, n);
}

/** Rows of n in the right-hand sides; throws where they are not whole rows of f64. */
function rowsIn(b: Float64Array, n: number): number {
  mustBeDouble('right-hand sides', b);
  const rows = n === 0 ? 0 : b.length / n;
  mustBeExtent(`The number of rows of ${n} in right-hand sides of ${b.length} numbers`, rows);
  return rows;
}

/** $S = U^T U$, with $U$ in the upper triangle. */
class CholeskyFactor implements Factor {
  readonly rank: number;
  readonly #u: Float64Array;
  readonly #lapack: Lapack;

  constructor(u: Float64Array, n: number, lapack: Lapack) {
    this.#u = u;
    this.rank = n;
    this.#lapack = lapack;
  }

  solve(b: Float64Array): void {
    const rows = rowsIn(b, this.rank);
    if (rows > 0) this.#lapack.solve(this.rank, this.#u, rows, b);
  }
}

/** Do all pivots $U_{jj}^2$ lie above `tolerance` times $S_{jj}$? LAPACK asks for above 0 alone; NaN does not. */
function pivotsHold(u: Float64Array, s: Float64Array, n: number, tolerance: number): boolean {
  for (let at = 0; at < n * n; at += n + 1) {
    const square = u[at]! * u[at]!;
    if (!(square > tolerance * s[at]! && square > 0)) return false;
  }
  return true;
}

/** Cholesky factor by `dpotrf`, solved by `dpotrs`. See `LinearAlgebra.factor`. */
export function cholesky(s: Float64Array, n: number, tolerance: number, { lapack }: Blas): Factor | undefined {
  mustBeSystem(s, n);
  const u = s.slice();
  if (n > 0 && !lapack.factor(n, u)) return undefined;
  return pivotsHold(u, s, n, tolerance) ? new CholeskyFactor(u, n, lapack) : undefined;
}

/** $S^+ = M^T M$, where row i of $M$ is eigenvector i over the square root of its eigenvalue. */
class PseudoInverse implements Factor {
  readonly rank: number;
  readonly #n: number;
  readonly #m: Float64Array;
  readonly #gemm: Gemm;
  #scratch = new Float64Array(0);

  constructor(m: Float64Array, n: number, gemm: Gemm) {
    this.#m = m;
    this.#n = n;
    this.#gemm = gemm;
    this.rank = n === 0 ? 0 : m.length / n;
  }

  solve(b: Float64Array): void {
    const [n, rank, rows] = [this.#n, this.rank, rowsIn(b, this.#n)];
    if (rows === 0) return;
    if (rank === 0) {
      b.fill(0);
      return;
    }
    if (this.#scratch.length < rows * rank) this.#scratch = new Float64Array(rows * rank);
    this.#gemm(rowMajor, plain, transposed, rows, rank, n, 1, b, n, this.#m, n, 0, this.#scratch, rank);
    this.#gemm(rowMajor, plain, plain, rows, n, rank, 1, this.#scratch, rank, this.#m, n, 0, b, n);
  }
}

/** Of a matrix that is not finite: the failure is seen where the solution is checked. */
const notANumber = (n: number): Factor => ({
  rank: 0,
  solve(b) {
    rowsIn(b, n);
    b.fill(NaN);
  },
});

function isFiniteUpper(s: Float64Array, n: number): boolean {
  for (let row = 0; row < n; row++) {
    for (let col = row; col < n; col++) if (!Number.isFinite(s[row * n + col])) return false;
  }
  return true;
}

/**
 * Pseudo-inverse by `dsyevd`, from the eigenvalues above `tolerance` times the largest. See
 * `LinearAlgebra.factorSemidefinite`.
 */
export function pseudoInverse(s: Float64Array, n: number, tolerance: number, { lapack, double }: Blas): Factor {
  mustBeSystem(s, n);
  const vectors = s.slice();
  const values = new Float64Array(n);
  if (!isFiniteUpper(s, n) || (n > 0 && !lapack.eigen(n, vectors, values))) return notANumber(n);
  const limit = Math.max(0, tolerance * (values[n - 1] ?? 0));
  let first = 0;
  while (first < n && !(values[first]! > limit)) first++;
  const m = vectors.slice(first * n);
  for (let row = first; row < n; row++) {
    const scale = 1 / Math.sqrt(values[row]!);
    for (let at = (row - first) * n, end = at + n; at < end; at++) m[at]! *= scale;
  }
  return new PseudoInverse(m, n, double.gemm);
}
