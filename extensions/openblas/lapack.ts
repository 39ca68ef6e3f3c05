import type { NativeLibrary } from '../native/koffi.ts';

type Fortran = (...values: (number | Uint8Array | Int32Array | Float64Array)[]) => void;

const letter = (text: string): Uint8Array => Uint8Array.of(text.charCodeAt(0));
const integer = (value: number): Int32Array => Int32Array.of(value);

/**
 * The factorisations of LAPACK, by their Fortran symbols (Debian's OpenBLAS has no LAPACKE): scalars go by address, and
 * the lengths of texts come last. Fortran stores columns, so the lower triangle there is our upper one, and a column of
 * its right-hand sides is a row of ours. Sizes are checked by the callers.
 */
export class Lapack {
  readonly #potrf: Fortran;
  readonly #potrs: Fortran;
  readonly #syevd: Fortran;
  readonly #lower = letter('L');
  readonly #withVectors = letter('V');

  /** Binds the three routines; throws where the library has them not. */
  constructor(library: NativeLibrary) {
    const [text, int, real, length] = ['uint8_t *', 'int *', 'double *', 'size_t'];
    const bind = (name: string, parameters: string[]): Fortran => library.func(name, 'void', parameters) as Fortran;
    this.#potrf = bind('dpotrf_', [text, int, real, int, int, length]);
    this.#potrs = bind('dpotrs_', [text, int, int, real, int, real, int, int, length]);
    this.#syevd = bind('dsyevd_', [text, text, int, real, int, real, real, int, int, int, int, length, length]);
  }

  /** $S = U^T U$: the upper triangle of S (n x n, row-major, n > 0) becomes U. False: S is not positive definite. */
  factor(n: number, s: Float64Array): boolean {
    const [size, info] = [integer(n), integer(0)];
    this.#potrf(this.#lower, size, s, size, info, 1);
    return info[0] === 0;
  }

  /** Every row of `b` (rows x n, both > 0) becomes the solution of $U^T U x = b$. */
  solve(n: number, u: Float64Array, rows: number, b: Float64Array): void {
    const size = integer(n);
    this.#potrs(this.#lower, size, integer(rows), u, size, b, size, integer(0), 1);
  }

  /**
   * $S = V^T \Lambda V$ from the upper triangle of S (n x n, n > 0): its rows become the eigenvectors, `values` (n) the
   * eigenvalues, ascending. False: the iteration did not converge.
   */
  eigen(n: number, s: Float64Array, values: Float64Array): boolean {
    const [size, info] = [integer(n), integer(0)];
    const work = new Float64Array(1 + 6 * n + 2 * n * n);
    const integers = new Int32Array(3 + 5 * n);
    const lengths = [integer(work.length), integer(integers.length)] as const;
    this.#syevd(
      this.#withVectors,
      this.#lower,
      size,
      s,
      size,
      values,
      work,
      lengths[0],
      integers,
      lengths[1],
      info,
      1,
      1,
    );
    return info[0] === 0;
  }
}
