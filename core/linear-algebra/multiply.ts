import type { Block, Real } from '../block.ts';
import type { ProductForm } from '../linear-algebra.ts';
import { multiplyPanels, pack, panelsOf, side } from './panels.ts';
import type { Workspace } from './workspace.ts';

/** Rows of `a` packed at a time, a multiple of {@link side}: their panels stay in the second-level cache. */
const chunk = 192;

/** Writes (`keep` 0) or adds (`keep` 1) the part of a tile that lies within `c`. */
function store(tile: Float64Array, keep: 0 | 1, row: number, col: number, rows: number, cols: number, c: Real): void {
  const height = Math.min(side, rows - row);
  const width = Math.min(side, cols - col);
  for (let i = 0; i < height; i++) {
    const at = (row + i) * cols + col;
    for (let j = 0; j < width; j++) {
      const sum = tile[i * side + j]!;
      c[at + j] = keep === 0 ? sum : c[at + j]! + sum;
    }
  }
}

/** `c` = `a` op(`b`) + `keep` `c`; sums are formed in f64 and rounded once. See `LinearAlgebra.multiply`. */
export function multiply(a: Block, b: Block, form: ProductForm, workspace: Workspace, c: Block): void {
  const depth = a.cols;
  const right = workspace.right(panelsOf(c.cols) * depth * side);
  const left = workspace.left(chunk * depth);
  if (form.transpose) pack(b.data, 0, c.cols, depth, depth, 1, right);
  else pack(b.data, 0, c.cols, depth, 1, c.cols, right);
  for (let from = 0; from < a.rows; from += chunk) {
    const to = Math.min(a.rows, from + chunk);
    pack(a.data, from * depth, to - from, depth, depth, 1, left);
    for (let col = 0; col < c.cols; col += side) {
      for (let row = from; row < to; row += side) {
        multiplyPanels(left, (row - from) * depth, right, col * depth, depth, workspace.tile);
        store(workspace.tile, form.keep, row, col, a.rows, c.cols, c.data);
      }
    }
  }
}
