import type { Real } from '../../core/block.ts';
import type { NativeLibrary } from '../native/koffi.ts';

/** `CblasRowMajor` of CBLAS. */
export const rowMajor = 101;
/** `CblasNoTrans` and `CblasTrans` of CBLAS. */
export const [plain, transposed] = [111, 112];
/** `CblasUpper` of CBLAS. */
export const upper = 121;

/** $C = \alpha\, op(A)\, op(B) + \beta C$, as `cblas_sgemm` and `cblas_dgemm`. `op(A)` is m x k, `op(B)` k x n. */
export type Gemm = (
  order: number,
  formA: number,
  formB: number,
  m: number,
  n: number,
  k: number,
  alpha: number,
  a: Real,
  strideA: number,
  b: Real,
  strideB: number,
  beta: number,
  c: Real,
  strideC: number,
) => void;

/** One triangle of $C = \alpha\, op(A)\, op(A)^T + \beta C$, as `cblas_ssyrk` and `cblas_dsyrk`. `op(A)` is n x k. */
export type Syrk = (
  order: number,
  triangle: number,
  form: number,
  n: number,
  k: number,
  alpha: number,
  a: Real,
  strideA: number,
  beta: number,
  c: Real,
  strideC: number,
) => void;

/** $y = \alpha x + y$ for n numbers, as `cblas_saxpy` and `cblas_daxpy`. */
export type Axpy = (n: number, alpha: number, x: Real, strideX: number, y: Real, strideY: number) => void;

/** The products of one precision. */
export interface Routines {
  readonly gemm: Gemm;
  readonly syrk: Syrk;
  readonly axpy: Axpy;
}

const repeat = (type: string, count: number): string[] => Array.from({ length: count }, () => type);

/** Binds the products of one precision; throws where the library has none. */
export function bindRoutines(library: NativeLibrary, prefix: 's' | 'd'): Routines {
  const real = prefix === 's' ? 'float' : 'double';
  const matrix = [`${real} *`, 'int'];
  const gemm = [...repeat('int', 6), real, ...matrix, ...matrix, real, ...matrix];
  const syrk = [...repeat('int', 5), real, ...matrix, real, ...matrix];
  const axpy = ['int', real, ...matrix, ...matrix];
  return {
    gemm: library.func(`cblas_${prefix}gemm`, 'void', gemm) as Gemm,
    syrk: library.func(`cblas_${prefix}syrk`, 'void', syrk) as Syrk,
    axpy: library.func(`cblas_${prefix}axpy`, 'void', axpy) as Axpy,
  };
}
