import { panelWidth } from './panels.ts';
import { lanes, threeVectors, twoVectors } from './tile.ts';

/** Depth of a product in one go: a panel that deep stays in the first-level cache. */
const depthChunk: usize = 256;

/** Panels of `z` in one strip. */
const stripPanels: usize = 4;

/** Where a tile that reaches beyond the last column is formed: the caller leaves the first 256 bytes of memory free. */
const overhang: usize = 0;

/** Adds the first `cols` columns of the overhanging tile to `c`, or writes them over it. */
function storeOverhang<T>(rows: usize, cols: usize, width: usize, c: usize, cStep: usize, keep: bool): void {
  for (let row: usize = 0; row < rows; row++) {
    for (let col: usize = 0; col < cols; col++) {
      const sum = load<T>(overhang + (row * width + col) * sizeof<T>());
      const to = c + row * cStep + col * sizeof<T>();
      store<T>(to, keep ? load<T>(to) + sum : sum);
    }
  }
}

/**
 * All rows of `a` times one panel, of which the matrix has `cols` columns.
 *
 * Each tile is called from two places, so that it stays a function of its own: inlined here, its loop would be a nested
 * one, which the V8 of Node 20 unrolls until the registers do not suffice, at half the speed.
 */
function rowsTimesPanel<T>(
  a: usize,
  rowStep: usize,
  depthStep: usize,
  rows: usize,
  panel: usize,
  width: usize,
  cols: usize,
  depth: usize,
  c: usize,
  cStep: usize,
  keep: bool,
): void {
  const three = width == 3 * lanes<T>();
  const height: usize = three ? 3 : 4;
  for (let row: usize = 0; row < rows; row += height) {
    const some = min(height, rows - row);
    const from = a + row * rowStep;
    const to = c + row * cStep;
    if (cols >= width) {
      if (three) threeVectors<T>(from, rowStep, depthStep, some, panel, depth, to, cStep, keep);
      else twoVectors<T>(from, rowStep, depthStep, some, panel, depth, to, cStep, keep);
    } else {
      const step = width * sizeof<T>();
      if (three) threeVectors<T>(from, rowStep, depthStep, some, panel, depth, overhang, step, false);
      else twoVectors<T>(from, rowStep, depthStep, some, panel, depth, overhang, step, false);
      storeOverhang<T>(some, cols, width, to, cStep, keep);
    }
  }
}

/**
 * `c` = `a` times a packed matrix of `depth` x `cols`, plus the old `c` where `keep`. The number of `a` in row i at depth x
 * lies at `a + i * rowStep + x * depthStep`, in bytes; the rows of `c` lie together.
 */
export function product<T>(
  a: usize,
  rowStep: usize,
  depthStep: usize,
  rows: usize,
  panels: usize,
  depth: usize,
  cols: usize,
  c: usize,
  keep: bool,
): void {
  const size = sizeof<T>();
  const cStep = cols * size;
  let from: usize = 0;
  do {
    const part = min(depthChunk, depth - from);
    const keeps = keep || from > 0;
    const left = a + from * depthStep;
    let col: usize = 0;
    while (col < cols) {
      const width = panelWidth<T>(cols - col);
      const panel = panels + (col * depth + from * width) * size;
      rowsTimesPanel<T>(left, rowStep, depthStep, rows, panel, width, cols - col, part, c + col * size, cStep, keeps);
      col += width;
    }
    from += part;
  } while (from < depth);
}

/**
 * A strip of z' a, of two packed matrices of the same depth: some rows from `first` on, row-major in `c`; the result is the
 * row after them. With `upper`, for `z` = `a`, the strip has the columns from `first` on alone, and of what lies below the
 * diagonal some is left unwritten.
 */
export function strip<T>(
  z: usize,
  zCols: usize,
  a: usize,
  cols: usize,
  depth: usize,
  first: usize,
  upper: bool,
  c: usize,
): usize {
  const size = sizeof<T>();
  const start: usize = upper ? first : 0;
  const cStep = (cols - start) * size;
  let last = first;
  for (let i: usize = 0; i < stripPanels && last < zCols; i++) last += panelWidth<T>(zCols - last);
  last = min(last, zCols);
  for (let from: usize = 0; from < depth; from += depthChunk) {
    const part = min(depthChunk, depth - from);
    let col = start;
    while (col < cols) {
      const width = panelWidth<T>(cols - col);
      const panel = a + (col * depth + from * width) * size;
      const end = upper ? min(last, col + width) : last;
      let row = first;
      while (row < end) {
        const height = panelWidth<T>(zCols - row);
        const left = z + (row * depth + from * height) * size;
        const rows = min(height, end - row);
        const to = c + (row - first) * cStep + (col - start) * size;
        rowsTimesPanel<T>(left, size, height * size, rows, panel, width, cols - col, part, to, cStep, from > 0);
        row += height;
      }
      col += width;
    }
  }
  return last;
}
