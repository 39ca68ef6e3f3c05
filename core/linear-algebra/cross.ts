import type { Block } from '../block.ts';
import { multiplyPanels, pack, panelsOf, side } from './panels.ts';
import type { Workspace } from './workspace.ts';

/** Samples packed at a time: bounds the scratch memory, whatever the number of samples. */
export const sampleChunk = 256;

/** `s` (p x d) += $z^T a$, added up in f64. See `LinearAlgebra.cross`. */
export function cross(z: Block, a: Block, workspace: Workspace, s: Float64Array): void {
  const rows = z.cols;
  const cols = a.cols;
  const left = workspace.left(panelsOf(rows) * side * sampleChunk);
  const right = workspace.right(panelsOf(cols) * side * sampleChunk);
  for (let from = 0; from < a.rows; from += sampleChunk) {
    const depth = Math.min(sampleChunk, a.rows - from);
    pack(z.data, from * rows, rows, depth, 1, rows, left);
    pack(a.data, from * cols, cols, depth, 1, cols, right);
    for (let row = 0; row < rows; row += side) {
      for (let col = 0; col < cols; col += side) {
        multiplyPanels(left, row * depth, right, col * depth, depth, workspace.tile);
        add(workspace.tile, row, col, rows, cols, s);
      }
    }
  }
}

/** Adds the part of a tile that lies within `s`. */
function add(tile: Float64Array, row: number, col: number, rows: number, cols: number, s: Float64Array): void {
  const height = Math.min(side, rows - row);
  const width = Math.min(side, cols - col);
  for (let i = 0; i < height; i++) {
    const at = (row + i) * cols + col;
    for (let j = 0; j < width; j++) s[at + j]! += tile[i * side + j]!;
  }
}
