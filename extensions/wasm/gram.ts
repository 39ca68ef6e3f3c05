import { rowsOf, type Block, type Real } from '../../core/block.ts';
import type { Kernels } from './load.ts';
import { padding } from './multiply.ts';
import { precisionOf, sizeOf, type Scratch } from './scratch.ts';

/** Samples whose products are added up in the precision of the block, before they are added to the sums in f64. */
export const sampleChunk = 512;

/** Rows of the sums that are formed before they are added: at most four panels of three f32 vectors. */
export const stripRows = 48;

/** Upper triangle of `s` (d x d) += that of $a^T a$. See `LinearAlgebra.gram`. */
export function gram(a: Block, kernels: Kernels, scratch: Scratch, s: Float64Array): void {
  const precision = precisionOf(a.data);
  const { pack, gramStrip } = kernels[precision];
  const { panels, staging } = scratch;
  const size = sizeOf(precision);
  const cols = a.cols;
  const chunk = Math.min(sampleChunk, a.rows);
  scratch.reserve(0, (cols + padding) * chunk * size, Math.max(chunk, stripRows) * cols * size);
  const strip = staging.view(precision, stripRows * cols);
  for (let from = 0; from < a.rows; from += chunk) {
    const depth = Math.min(chunk, a.rows - from);
    const part = depth === a.rows ? a.data : rowsOf(a, from, from + depth).data;
    staging.view(precision, depth * cols).set(part);
    pack(staging.at, depth, cols, cols * size, size, panels.at);
    let first = 0;
    while (first < cols) {
      const last = gramStrip(panels.at, depth, cols, first, staging.at);
      addUpper(strip, first, last, cols, s);
      first = last;
    }
  }
}

/** Adds a strip, of which the columns from `first` on are given, to rows `first` to `last` of the upper triangle. */
function addUpper(strip: Real, first: number, last: number, cols: number, s: Float64Array): void {
  const width = cols - first;
  for (let row = first; row < last; row++) {
    const from = (row - first) * width - first;
    const to = row * cols;
    for (let col = row; col < cols; col++) s[to + col]! += strip[from + col]!;
  }
}
