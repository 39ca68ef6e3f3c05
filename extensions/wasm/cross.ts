import { precisionOf, rowsOf, type Block } from '../../core/block.ts';
import type { Kernels } from './load.ts';
import { padding } from './multiply.ts';
import { sizeOf, type Scratch } from './scratch.ts';
import { add, sampleChunk, stripRows } from './sums.ts';

/** `s` (p x d) += $z^T a$. See `LinearAlgebra.cross`. */
export function cross(z: Block, a: Block, kernels: Kernels, scratch: Scratch, s: Float64Array): void {
  const precision = precisionOf(z.data) === precisionOf(a.data) ? precisionOf(z.data) : 'float64';
  const { pack, strip } = kernels[precision];
  const { left, panels, staging } = scratch;
  const size = sizeOf(precision);
  const { cols } = a;
  const chunk = Math.min(sampleChunk, a.rows);
  scratch.reserve(
    (z.cols + padding) * chunk * size,
    (cols + padding) * chunk * size,
    Math.max(chunk * z.cols, chunk * cols, stripRows * cols) * size,
  );
  const rows = staging.view(precision, stripRows * cols);
  for (let from = 0; from < a.rows; from += chunk) {
    const depth = Math.min(chunk, a.rows - from);
    const whole = depth === a.rows;
    staging.view(precision, depth * z.cols).set(whole ? z.data : rowsOf(z, from, from + depth).data);
    pack(staging.at, depth, z.cols, z.cols * size, size, left.at);
    staging.view(precision, depth * cols).set(whole ? a.data : rowsOf(a, from, from + depth).data);
    pack(staging.at, depth, cols, cols * size, size, panels.at);
    let first = 0;
    while (first < z.cols) {
      const last = strip(left.at, z.cols, panels.at, cols, depth, first, 0, staging.at);
      add(rows, 0, (last - first) * cols, s, first * cols);
      first = last;
    }
  }
}
