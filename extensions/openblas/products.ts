import type { Block } from '../../core/block.ts';
import type { ProductForm } from '../../core/linear-algebra.ts';
import { mustCross, mustGram, mustMultiply } from '../../core/linear-algebra/shapes.ts';
import { mustBeDouble, mustBeNative, mustLieApart, mustMatch } from './checks.ts';
import type { Blas } from './library.ts';
import { plain, rowMajor, transposed, upper } from './routines.ts';

/** Fewer samples at a time are not worth a call of their own. */
const leastSamples = 32;

/** `s[i]` += `product[i]` for i = `from` .. `to` - 1. Eight at a time: half the time of one at a time. */
function add(product: Float32Array, from: number, to: number, s: Float64Array): void {
  let i = from | 0;
  for (const end = (to - 7) | 0; i < end; i = (i + 8) | 0) {
    s[i]! += product[i]!;
    s[(i + 1) | 0]! += product[(i + 1) | 0]!;
    s[(i + 2) | 0]! += product[(i + 2) | 0]!;
    s[(i + 3) | 0]! += product[(i + 3) | 0]!;
    s[(i + 4) | 0]! += product[(i + 4) | 0]!;
    s[(i + 5) | 0]! += product[(i + 5) | 0]!;
    s[(i + 6) | 0]! += product[(i + 6) | 0]!;
    s[(i + 7) | 0]! += product[(i + 7) | 0]!;
  }
  for (; i < to; i = (i + 1) | 0) s[i]! += product[i]!;
}

/** A product in the precision of the samples, and the same numbers in f64. */
interface Scratch {
  readonly single: Float32Array;
  readonly double: Float64Array;
}

/**
 * The products of blocks by BLAS. f64 sums are added up by BLAS itself; f32 products go to scratch memory, one for every
 * size of product, and are added up in f64 from there. Every argument is checked before BLAS sees it.
 */
export class Products {
  readonly #blas: Blas;
  readonly #scratches = new Map<number, Scratch>();

  constructor(blas: Blas) {
    this.#blas = blas;
  }

  /** See `LinearAlgebra.multiply`. */
  multiply(a: Block, b: Block, form: ProductForm, c: Block): void {
    mustBeNative('a', a);
    mustBeNative('b', b);
    mustBeNative('c', c);
    mustMultiply(a, b, form, c);
    mustMatch('a', a, 'b', b);
    mustMatch('a', a, 'c', c);
    mustLieApart('a', a.data, c.data);
    mustLieApart('b', b.data, c.data);
    const [rows, cols, depth] = [c.rows, c.cols, a.cols];
    if (rows === 0 || cols === 0) return;
    const { gemm } = c.data instanceof Float32Array ? this.#blas.single : this.#blas.double;
    const [strideA, strideB] = [Math.max(1, depth), Math.max(1, b.cols)];
    const formB = form.transpose ? transposed : plain;
    gemm(rowMajor, plain, formB, rows, cols, depth, 1, a.data, strideA, b.data, strideB, form.keep, c.data, cols);
  }

  /** See `LinearAlgebra.gram`. */
  gram(a: Block, s: Float64Array): void {
    mustBeNative('a', a);
    mustBeDouble('sums', s);
    mustGram(a, s);
    mustLieApart('a', a.data, s);
    const { rows, cols, data } = a;
    if (rows === 0 || cols === 0) return;
    if (data instanceof Float64Array) {
      this.#blas.double.syrk(rowMajor, upper, transposed, cols, rows, 1, data, cols, 1, s, cols);
      return;
    }
    const product = this.#scratch(cols * cols).single;
    const { gemm, syrk } = this.#blas.single;
    // Where nothing is packed the full product is 1.3 to 1.6 times as fast as its triangle, elsewhere slower.
    if (rows * cols * cols <= this.#blas.unpacked) {
      gemm(rowMajor, transposed, plain, cols, cols, rows, 1, data, cols, data, cols, 0, product, cols);
    } else {
      syrk(rowMajor, upper, transposed, cols, rows, 1, data, cols, 0, product, cols);
    }
    for (let row = 0; row < cols; row++) add(product, row * cols + row, (row + 1) * cols, s);
  }

  /** See `LinearAlgebra.cross`. */
  cross(z: Block, a: Block, s: Float64Array): void {
    mustBeNative('z', z);
    mustBeNative('a', a);
    mustBeDouble('sums', s);
    mustCross(z, a, s);
    mustMatch('z', z, 'a', a);
    mustLieApart('z', z.data, s);
    mustLieApart('a', a.data, s);
    const [rows, cols, depth] = [z.cols, a.cols, a.rows];
    if (rows === 0 || cols === 0 || depth === 0) return;
    if (a.data instanceof Float64Array) {
      const { gemm } = this.#blas.double;
      gemm(rowMajor, transposed, plain, rows, cols, depth, 1, z.data, rows, a.data, cols, 1, s, cols);
      return;
    }
    const { single, double } = this.#scratch(rows * cols);
    this.#crossSingle(z, a, this.#samplesAtATime(depth, rows * cols), single);
    // Widened by the engine and added by BLAS: half the time of one loop that does both.
    double.set(single);
    this.#blas.double.axpy(double.length, 1, double, 1, s, 1);
  }

  /** `product` = $z^T a$ of f32 blocks, so many samples at a time. */
  #crossSingle(z: Block, a: Block, step: number, product: Float32Array): void {
    const [rows, cols, all] = [z.cols, a.cols, a.rows];
    const { gemm } = this.#blas.single;
    for (let from = 0; from < all; from += step) {
      const depth = Math.min(step, all - from);
      const zs = depth === all ? z.data : z.data.subarray(from * rows, (from + depth) * rows);
      const as = depth === all ? a.data : a.data.subarray(from * cols, (from + depth) * cols);
      gemm(rowMajor, transposed, plain, rows, cols, depth, 1, zs, rows, as, cols, from === 0 ? 0 : 1, product, cols);
    }
  }

  /** All samples, or equal parts that BLAS does not pack: a thin product is up to 1.8 times as fast in these. */
  #samplesAtATime(samples: number, multiplicationsOfOne: number): number {
    const most = Math.floor(this.#blas.unpacked / multiplicationsOfOne);
    return most < leastSamples ? samples : Math.ceil(samples / Math.ceil(samples / most));
  }

  /** Room for a product of so many numbers; what it holds is unspecified. */
  #scratch(length: number): Scratch {
    let scratch = this.#scratches.get(length);
    if (scratch === undefined) {
      scratch = { single: new Float32Array(length), double: new Float64Array(length) };
      this.#scratches.set(length, scratch);
    }
    return scratch;
  }
}
