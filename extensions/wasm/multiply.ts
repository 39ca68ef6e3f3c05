import { precisionOf, rowsOf, type Block } from '../../core/block.ts';
import type { ProductForm } from '../../core/linear-algebra.ts';
import type { Kernels } from './load.ts';
import { sizeOf, type Scratch } from './scratch.ts';

/** Bytes of the rows of `a` and `c` that are in scratch memory at a time: they stay in the second-level cache. */
const chunkBytes = 2 ** 20;

/** Bound on the columns of zeros that fill up the last panel of a packed matrix. */
export const padding = 8;

/** `c` = `a` op(`b`) + `keep` `c`, in the precision of `c`. See `LinearAlgebra.multiply`. */
export function multiply(a: Block, b: Block, form: ProductForm, kernels: Kernels, scratch: Scratch, c: Block): void {
  const precision = precisionOf(c.data);
  const { pack, product } = kernels[precision];
  const { left, panels, staging } = scratch;
  const size = sizeOf(precision);
  const depth = a.cols;
  const cols = c.cols;
  const chunk = Math.min(a.rows, Math.max(12, Math.floor(chunkBytes / (size * (depth + cols)))));
  scratch.reserve(chunk * depth * size, (cols + padding) * depth * size, Math.max(b.data.length, chunk * cols) * size);
  staging.view(precision, b.data.length).set(b.data);
  if (form.transpose) pack(staging.at, depth, cols, size, depth * size, panels.at);
  else pack(staging.at, depth, cols, cols * size, size, panels.at);
  for (let from = 0; from < a.rows; from += chunk) {
    const rows = Math.min(chunk, a.rows - from);
    const whole = rows === a.rows;
    left.view(precision, rows * depth).set(whole ? a.data : rowsOf(a, from, from + rows).data);
    const result = staging.view(precision, rows * cols);
    if (form.keep === 1) result.set(whole ? c.data : rowsOf(c, from, from + rows).data);
    product(left.at, depth * size, size, rows, panels.at, depth, cols, staging.at, form.keep);
    c.data.set(result, from * cols);
  }
}
