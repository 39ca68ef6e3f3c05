import { precisionOf, rowsOf, type Block } from '../../core/block.ts';
import type { Kernels } from './load.ts';
import { padding } from './multiply.ts';
import { sizeOf, type Scratch } from './scratch.ts';
import { add, sampleChunk, stripRows } from './sums.ts';

/** Upper triangle of `s` (d x d) += that of $a^T a$. See `LinearAlgebra.gram`. */
export function gram(a: Block, kernels: Kernels, scratch: Scratch, s: Float64Array): void {
  const precision = precisionOf(a.data);
  const { pack, strip } = kernels[precision];
  const { panels, staging } = scratch;
  const size = sizeOf(precision);
  const cols = a.cols;
  const chunk = Math.min(sampleChunk, a.rows);
  scratch.reserve(0, (cols + padding) * chunk * size, Math.max(chunk, stripRows) * cols * size);
  const rows = staging.view(precision, stripRows * cols);
  for (let from = 0; from < a.rows; from += chunk) {
    const depth = Math.min(chunk, a.rows - from);
    const part = depth === a.rows ? a.data : rowsOf(a, from, from + depth).data;
    staging.view(precision, depth * cols).set(part);
    pack(staging.at, depth, cols, cols * size, size, panels.at);
    let first = 0;
    while (first < cols) {
      const last = strip(panels.at, cols, panels.at, cols, depth, first, 1, staging.at);
      // The strip has the columns from its first row on.
      for (let row = first; row < last; row++) {
        add(rows, (row - first) * (cols - first) + row - first, cols - row, s, row * cols + row);
      }
      first = last;
    }
  }
}
