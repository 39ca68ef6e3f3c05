import { lanes } from './tile.ts';

/**
 * Columns of the panel that starts where `left` columns are left: three vectors, or two where that leaves no panel of
 * one vector. The last panel is filled up with zeros.
 */
export function panelWidth<T>(left: usize): usize {
  const vectors = (left + lanes<T>() - 1) / lanes<T>();
  return (vectors == 3 || vectors > 4 ? 3 : 2) * lanes<T>();
}

/** Numbers of a panel from depth `x` on, one by one; of its `width` columns the matrix has `cols`. */
function packNumbers<T>(
  source: usize,
  depth: usize,
  depthStep: usize,
  colStep: usize,
  cols: usize,
  width: usize,
  x: usize,
  panel: usize,
): void {
  for (; x < depth; x++) {
    const from = source + x * depthStep;
    const to = panel + x * width * sizeof<T>();
    for (let i: usize = 0; i < width; i++) {
      store<T>(to + i * sizeof<T>(), i < cols ? load<T>(from + i * colStep) : <T>0);
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

/** Four numbers of four columns, from `source` on, as four rows of a panel. */
function turnFour(source: usize, colStep: usize, to: usize, step: usize): void {
  const c0 = v128.load(source);
  const c1 = v128.load(source + colStep);
  const c2 = v128.load(source + 2 * colStep);
  const c3 = v128.load(source + 3 * colStep);
  const low01 = v128.shuffle<f32>(c0, c1, 0, 4, 1, 5);
  const low23 = v128.shuffle<f32>(c2, c3, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(c0, c1, 2, 6, 3, 7);
  const high23 = v128.shuffle<f32>(c2, c3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f64>(low01, low23, 0, 2));
  v128.store(to + step, v128.shuffle<f64>(low01, low23, 1, 3));
  v128.store(to + 2 * step, v128.shuffle<f64>(high01, high23, 0, 2));
  v128.store(to + 3 * step, v128.shuffle<f64>(high01, high23, 1, 3));
}

/** Two numbers of two columns, from `source` on, as two rows of a panel. */
function turnTwo(source: usize, colStep: usize, to: usize, step: usize): void {
  const c0 = v128.load(source);
  const c1 = v128.load(source + colStep);
  v128.store(to, v128.shuffle<f64>(c0, c1, 0, 2));
  v128.store(to + step, v128.shuffle<f64>(c0, c1, 1, 3));
}

/** A whole panel of columns of which each lies together: squares of vectors are transposed in registers. */
function turnPanel<T>(source: usize, depth: usize, colStep: usize, width: usize, panel: usize): void {
  const size = sizeof<T>();
  const step = width * size;
  const whole = depth - (depth % lanes<T>());
  for (let x: usize = 0; x < whole; x += lanes<T>()) {
    for (let i: usize = 0; i < width; i += lanes<T>()) {
      const from = source + i * colStep + x * size;
      const to = panel + x * step + i * size;
      if (size == 4) turnFour(from, colStep, to, step);
      else turnTwo(from, colStep, to, step);
    }
  }
  packNumbers<T>(source, depth, size, colStep, width, width, whole, panel);
}

/**
 * Packs a matrix of `depth` x `cols` into panels: the panel from column j on starts at `panels + j * depth` numbers. Steps
 * are in bytes; either `colStep` is that of one number, or `depthStep` is, where the matrix is read transposed.
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
    if (col + width > cols) packNumbers<T>(from, depth, depthStep, colStep, cols - col, width, 0, panel);
    else if (colStep == sizeof<T>()) copyPanel(from, depth, depthStep, width * sizeof<T>(), panel);
    else turnPanel<T>(from, depth, colStep, width, panel);
    col += width;
  }
}
