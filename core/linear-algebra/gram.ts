import type { Block } from '../block.ts';
import { sampleChunk } from './cross.ts';
import { multiplyPanels, pack, panelsOf, side } from './panels.ts';
import type { Workspace } from './workspace.ts';

/** Upper triangle of `s` (d x d) += that of $a^T a$, added up in f64. See `LinearAlgebra.gram`. */
export function gram(a: Block, workspace: Workspace, s: Float64Array): void {
  const cols = a.cols;
  const panels = workspace.left(panelsOf(cols) * side * sampleChunk);
  for (let from = 0; from < a.rows; from += sampleChunk) {
    const depth = Math.min(sampleChunk, a.rows - from);
    pack(a.data, from * cols, cols, depth, 1, cols, panels);
    for (let row = 0; row < cols; row += side) {
      for (let col = row; col < cols; col += side) {
        multiplyPanels(panels, row * depth, panels, col * depth, depth, workspace.tile);
        addUpper(workspace.tile, row, col, cols, s);
      }
    }
  }
}

/** Adds the part of a tile that lies within the upper triangle of `s`. */
function addUpper(tile: Float64Array, row: number, col: number, dimension: number, s: Float64Array): void {
  const height = Math.min(side, dimension - row);
  const width = Math.min(side, dimension - col);
  for (let i = 0; i < height; i++) {
    const at = (row + i) * dimension + col;
    for (let j = row === col ? i : 0; j < width; j++) s[at + j]! += tile[i * side + j]!;
  }
}
