import type { Block, Precision, Real } from './block.ts';
import { token } from './token.ts';

/** How a product is formed: `c` = `a` op(`b`) + `keep` `c`, where op transposes `b` or leaves it. */
export interface ProductForm {
  /** Whether `b` is transposed. */
  readonly transpose: boolean;
  /** Factor of the old content of `c`; with 0 it is not read (and may hold NaN). */
  readonly keep: 0 | 1;
}

/** A factored symmetric positive (semi-)definite system $S$, $n \times n$. */
export interface Factor {
  /** Rank found: $n$ for a Cholesky factor, less where directions were cut off. */
  readonly rank: number;
  /** Every row of `b` (rows x n, row-major) becomes the solution $x$ of $S x = b$; of least norm where rank < n. */
  solve(b: Float64Array): void;
}

/**
 * Extension point: dense kernels. No inverse, on purpose.
 *
 * Products of f32 blocks may be formed in f32; sums into a `Float64Array` are added up in f64 over calls.
 * Laws: `linearAlgebraLaws` of `nograd/laws`.
 */
export interface LinearAlgebra {
  /** Unique name. */
  readonly name: string;
  /** A zero-filled array that these kernels touch without a copy. */
  allocate(precision: Precision, length: number): Real;
  /**
   * `c` = `a` `b` + `keep` `c`, or `a` `b`' + `keep` `c`. Shapes: `a` r x k; `b` k x s, or s x k when transposed;
   * `c` r x s, distinct from `a` and `b`.
   */
  multiply(a: Block, b: Block, form: ProductForm, c: Block): void;
  /** Upper triangle of `s` (d x d, row-major) += that of $a^T a$; the rest of `s` is left alone. `a` is n x d. */
  gram(a: Block, s: Float64Array): void;
  /** `s` (p x d, row-major) += $z^T a$. `z` is n x p, `a` is n x d. */
  cross(z: Block, a: Block, s: Float64Array): void;
  /**
   * Cholesky factor of a symmetric matrix, n x n, of which the upper triangle is read; `undefined` when a pivot is not
   * above `tolerance` times its diagonal entry (not positive definite to that precision). `s` is unchanged.
   */
  factor(s: Float64Array, n: number, tolerance: number): Factor | undefined;
  /**
   * Rank-revealing factor of a symmetric positive semi-definite matrix, n x n, of which the upper triangle is read:
   * directions whose eigenvalue is not above `tolerance` times the largest are cut off. `s` is unchanged.
   */
  factorSemidefinite(s: Float64Array, n: number, tolerance: number): Factor;
}

/** Container identifier of the one in use. */
export const LinearAlgebra = token<LinearAlgebra>('LinearAlgebra');

/** Extension point: a linear algebra that may or may not be there on this machine. */
export interface LinearAlgebraBackend {
  /** Unique name, as `linearAlgebra:` in run files spells it. */
  readonly name: string;
  /** `auto` takes the available backend of the highest preference. */
  readonly preference: number;
  /** The kernels, or one line that says what is missing and how to get it. */
  load(): LinearAlgebra | string;
}

/** Container identifier; bind as many as you like. */
export const LinearAlgebraBackend = token<LinearAlgebraBackend>('LinearAlgebraBackend');
