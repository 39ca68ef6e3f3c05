import type { Block } from '../../core/block.ts';

/**
 * The class that outputs fitted to 0/1 targets speak for: with one output, class 1 from 0.5 on; with several, the
 * index of the largest, the first of equals. NaN speaks for no class but the first.
 *
 * @param z - Outputs, rows x outputs.
 * @param out - One class index per row.
 */
export function decideByTarget(z: Block, out: Int32Array): void {
  const { rows, cols, data } = z;
  for (let row = 0; row < rows; row++) {
    const start = row * cols;
    let decision = 0;
    if (cols === 1) decision = data[start]! >= 0.5 ? 1 : 0;
    else for (let j = 1; j < cols; j++) if (data[start + j]! > data[start + decision]!) decision = j;
    out[row] = decision;
  }
}
