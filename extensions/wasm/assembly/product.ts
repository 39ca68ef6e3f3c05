import { panelWidth } from './panels.ts';
import { lanes, threeVectors, twoVectors } from './tile.ts';

/** Depth of a product in one go: a panel that deep stays in the first-level cache. */
const depthChunk: usize = 256;

/** Panels of one strip of a Gram matrix. */
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

/** All rows of `a` times one panel, of which the matrix has `cols` columns. */
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
  const whole = cols >= width;
  const toStep = whole ? cStep : width * sizeof<T>();
  for (let row: usize = 0; row < rows; row += height) {
    const some = min(height, rows - row);
    const to = whole ? c + row * cStep : overhang;
    const from = a + row * rowStep;
    if (three) threeVectors<T>(from, rowStep, depthStep, some, panel, depth, to, toStep, whole && keep);
    else twoVectors<T>(from, rowStep, depthStep, some, panel, depth, to, toStep, whole && keep);
    if (!whole) storeOverhang<T>(some, cols, width, c + row * cStep, cStep, keep);
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
 * A strip of the Gram matrix of a packed matrix: rows from `first` on, columns from `first` to the last, row-major in
 * `c`. Of what lies below the diagonal, some is left unwritten. Returns the row after the strip.
 */
export function gramStrip<T>(panels: usize, depth: usize, cols: usize, first: usize, c: usize): usize {
  const size = sizeof<T>();
  const cStep = (cols - first) * size;
  let last = first;
  for (let i: usize = 0; i < stripPanels && last < cols; i++) last += panelWidth<T>(cols - last);
  last = min(last, cols);
  for (let from: usize = 0; from < depth; from += depthChunk) {
    const part = min(depthChunk, depth - from);
    let col = first;
    while (col < cols) {
      const width = panelWidth<T>(cols - col);
      const panel = panels + (col * depth + from * width) * size;
      let row = first;
      while (row < last && row <= col) {
        const height = panelWidth<T>(cols - row);
        const left = panels + (row * depth + from * height) * size;
        const rows = min(height, last - row);
        const to = c + (row - first) * cStep + (col - first) * size;
        rowsTimesPanel<T>(left, size, height * size, rows, panel, width, cols - col, part, to, cStep, from > 0);
        row += height;
      }
      col += width;
    }
  }
  return last;
}
