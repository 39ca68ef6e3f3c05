import { rowsOf, type Block, type Real } from '../../core/block.ts';
import { sampleChunk, stripRows } from './gram.ts';
import type { Kernels } from './load.ts';
import { padding } from './multiply.ts';
import { precisionOf, sizeOf, type Scratch } from './scratch.ts';

/**
 * `s` (p x d) += $z^T a$. Of the two blocks the narrower is packed; the columns of the wider are read where they lie and
 * give the rows of the product, which is then that of the transposed sums where `a` is the wider. See
 * `LinearAlgebra.cross`.
 */
export function cross(z: Block, a: Block, kernels: Kernels, scratch: Scratch, s: Float64Array): void {
  const precision = precisionOf(z.data) === precisionOf(a.data) ? precisionOf(z.data) : 'float64';
  const { pack, product } = kernels[precision];
  const { left, panels, staging } = scratch;
  const size = sizeOf(precision);
  const turned = a.cols > z.cols;
  const wide = turned ? a : z;
  const narrow = turned ? z : a;
  const [rows, cols] = [wide.cols, narrow.cols];
  const chunk = Math.min(sampleChunk, a.rows);
  scratch.reserve(chunk * rows * size, (cols + padding) * chunk * size, Math.max(chunk, stripRows) * cols * size);
  const strip = staging.view(precision, stripRows * cols);
  for (let from = 0; from < a.rows; from += chunk) {
    const depth = Math.min(chunk, a.rows - from);
    const whole = depth === a.rows;
    staging.view(precision, depth * cols).set(whole ? narrow.data : rowsOf(narrow, from, from + depth).data);
    left.view(precision, depth * rows).set(whole ? wide.data : rowsOf(wide, from, from + depth).data);
    pack(staging.at, depth, cols, cols * size, size, panels.at);
    for (let first = 0; first < rows; first += stripRows) {
      const last = Math.min(first + stripRows, rows);
      const start = left.at + first * size;
      product(start, size, rows * size, last - first, panels.at, depth, cols, staging.at, 0);
      if (turned) addTurned(strip, first, last, rows, cols, s);
      else addRows(strip, first, last, cols, s);
    }
  }
}

/** Adds a strip to rows `first` to `last` of the sums. */
function addRows(strip: Real, first: number, last: number, cols: number, s: Float64Array): void {
  const to = first * cols;
  const length = (last - first) * cols;
  for (let i = 0; i < length; i++) s[to + i]! += strip[i]!;
}

/** Adds a strip to columns `first` to `last` of the sums, which are cols x rows. */
function addTurned(strip: Real, first: number, last: number, rows: number, cols: number, s: Float64Array): void {
  for (let col = 0; col < cols; col++) {
    const to = col * rows;
    for (let row = first; row < last; row++) s[to + row]! += strip[(row - first) * cols + col]!;
  }
}
