import { lanes } from './tile.ts';

/**
 * Columns of the panel that starts where `left` columns are left: three vectors, or two where that leaves no panel of
 * one vector. The last panel is filled up with zeros.
 */
export function panelWidth<T>(left: usize): usize {
  const vectors = (left + lanes<T>() - 1) / lanes<T>();
  return (vectors == 3 || vectors > 4 ? 3 : 2) * lanes<T>();
}

/** One panel of `width` columns, of which the matrix has `cols`: the numbers of one depth lie together. */
function packPanel<T>(
  source: usize,
  depth: usize,
  depthStep: usize,
  colStep: usize,
  cols: usize,
  width: usize,
  panel: usize,
): void {
  for (let x: usize = 0; x < depth; x++) {
    let from = source + x * depthStep;
    const to = panel + x * width * sizeof<T>();
    for (let i: usize = 0; i < width; i++) {
      store<T>(to + i * sizeof<T>(), i < cols ? load<T>(from) : <T>0);
      from += colStep;
    }
  }
}

/** A whole panel of columns that lie together: whole vectors at a time. */
function copyPanel(source: usize, depth: usize, depthStep: usize, bytes: usize, panel: usize): void {
  const end = panel + depth * bytes;
  while (panel < end) {
    v128.store(panel, v128.load(source));
    v128.store(panel, v128.load(source, 16), 16);
    if (bytes == 48) v128.store(panel, v128.load(source, 32), 32);
    source += depthStep;
    panel += bytes;
  }
}

/**
 * Packs a matrix of `depth` x `cols` into panels: the panel from column j on starts at `panels + j * depth` numbers. Steps
 * are in bytes; `colStep` is that of one number, or the matrix is read transposed.
 */
export function pack<T>(
  source: usize,
  depth: usize,
  cols: usize,
  depthStep: usize,
  colStep: usize,
  panels: usize,
): void {
  let col: usize = 0;
  while (col < cols) {
    const width = panelWidth<T>(cols - col);
    const from = source + col * colStep;
    const panel = panels + col * depth * sizeof<T>();
    if (colStep == sizeof<T>() && col + width <= cols) {
      copyPanel(from, depth, depthStep, width * sizeof<T>(), panel);
    } else {
      packPanel<T>(from, depth, depthStep, colStep, cols - col, width, panel);
    }
    col += width;
  }
}
