import { block, type Block, type Real } from '../../block.ts';
import type { LayerServices, LayerSolver, WeightSolver } from '../../layer-solver.ts';
import type { LinearAlgebra } from '../../linear-algebra.ts';
import type { Random } from '../../random.ts';
import type { GroupStatistics } from './group-statistics.ts';

/** Directions that are kept. */
const rank = 64;

/** Narrower layers are solved as they are. */
const leastWidth = 4 * rank;

/** Most that a direction left out may be too long by: its eigenvalue of $I - r K$. */
const tolerance = 0.25;

/** Passes of the subspace iteration (Halko, Martinsson and Tropp 2011), and of the check afterwards. */
const [passes, checks] = [3, 6];

/**
 * A ridge so strong that most eigenvalues of $K^{-1} = S + r I$ hardly differ from $r$: then $I - r K$ is of low rank,
 * $K \approx (I - Q^T T Q) / r$, and a product with it costs two thin ones instead of two triangular solves.
 */
export class LowRankInverse {
  readonly #linearAlgebra: LinearAlgebra;
  readonly #ridge: number;
  /** $Q$ and $-T Q$ without the column of the bias, rank x inputs; and that column. */
  readonly #basis: Split;
  readonly #images: Split;
  /** outputs x rank. */
  readonly #coefficients: Block;

  private constructor(
    layer: LayerSolver,
    ridge: number,
    q: Float64Array[],
    tq: Float64Array[],
    { linearAlgebra, precision }: LayerServices,
  ) {
    const make = (rows: number, cols: number): Block =>
      block(rows, cols, linearAlgebra.allocate(precision, rows * cols));
    this.#linearAlgebra = linearAlgebra;
    this.#ridge = ridge;
    this.#basis = split(q, 1, make(q.length, layer.inputs));
    this.#images = split(tq, -1, make(q.length, layer.inputs));
    this.#coefficients = make(layer.outputs, q.length);
  }

  /**
   * The approximation of a solver, or `undefined` where it does not pay or would not be good enough.
   *
   * @param scratch - Statistics of the same group, whose targets are overwritten.
   */
  static of(
    solver: WeightSolver,
    scratch: GroupStatistics,
    services: LayerServices,
    random: Random,
  ): LowRankInverse | undefined {
    const { layer } = scratch.group;
    const width = layer.weights / layer.outputs;
    const pays = layer.matrix !== undefined && width >= leastWidth && layer.outputs >= rank;
    if (!pays || !(solver.ridge > 0)) return undefined;
    const apply = (rows: readonly Float64Array[]): Float64Array[] => complement(solver, scratch, rows);
    const start = (): Float64Array => Float64Array.from({ length: width }, () => random.normal());
    let q = orthonormal(Array.from({ length: rank }, start));
    for (let pass = 0; pass < passes; pass++) q = orthonormal(apply(q));
    const images = apply(q);
    const tq = q.map((row) => {
      const t = images.map((image) => inner(row, image));
      return combine(t, q);
    });
    if (largestLeft(apply, q, tq, start()) > tolerance) return undefined;
    return new LowRankInverse(layer, solver.ridge, q, tq, services);
  }

  /** `w` = `factor` times the weights that fit these target statistics. */
  solve(targets: Float64Array, factor: number, w: Real): void {
    const [basis, images, coefficients] = [this.#basis, this.#images, this.#coefficients];
    const scale = factor / this.#ridge;
    for (let i = 0; i < w.length; i++) w[i] = scale * targets[i]!;
    const { rows } = coefficients;
    const inputs = basis.matrix.cols;
    const fitted = block(rows, inputs, w.subarray(0, rows * inputs));
    const biases = w.subarray(rows * inputs);
    this.#linearAlgebra.multiply(fitted, basis.matrix, { transpose: true, keep: 0 }, coefficients);
    if (biases.length > 0) addOuter(biases, basis.last, coefficients);
    this.#linearAlgebra.multiply(coefficients, images.matrix, { transpose: false, keep: 1 }, fitted);
    if (biases.length > 0) addProduct(coefficients, images.last, biases);
  }
}

/** Rows whose last number belongs to the bias, if there is one. */
interface Split {
  readonly matrix: Block;
  readonly last: Float64Array;
}

/** `factor` times the rows, split. */
function split(rows: readonly Float64Array[], factor: number, matrix: Block): Split {
  rows.forEach((row, i) => {
    for (let j = 0; j < matrix.cols; j++) matrix.data[i * matrix.cols + j] = factor * row[j]!;
  });
  return { matrix, last: Float64Array.from(rows, (row) => factor * (row[matrix.cols] ?? 0)) };
}

/** `c` += $u v^T$. */
function addOuter(u: Real, v: Float64Array, c: Block): void {
  for (let row = 0, at = 0; row < c.rows; row++) {
    for (let col = 0; col < c.cols; col++) c.data[at++]! += u[row]! * v[col]!;
  }
}

/** `out` += $c v$. */
function addProduct(c: Block, v: Float64Array, out: Real): void {
  for (let row = 0, at = 0; row < c.rows; row++) {
    let sum = 0;
    for (let col = 0; col < c.cols; col++) sum += c.data[at++]! * v[col]!;
    out[row]! += sum;
  }
}

/** The largest eigenvalue of what the approximation leaves out, nearly, by power iteration. */
function largestLeft(
  apply: (rows: readonly Float64Array[]) => Float64Array[],
  q: readonly Float64Array[],
  tq: readonly Float64Array[],
  start: Float64Array,
): number {
  let left = start;
  let length = Math.sqrt(inner(left, left));
  for (let check = 0; check < checks; check++) {
    const image = apply([left])[0]!;
    const along = q.map((row) => inner(row, left));
    const known = combine(along, tq);
    const before = length;
    left = image.map((value, i) => (value - known[i]!) / before);
    length = Math.sqrt(inner(left, left));
  }
  return length;
}

/** Rows of $[W, b]$ from the layout of the weights: all of $W$, then all of $b$. */
function separateRows(weights: Real, rows: number, inputs: number, out: Real): void {
  const width = weights.length / rows;
  let at = 0;
  for (let row = 0; row < rows; row++) {
    for (let i = row * width; i < row * width + inputs; i++) out[i] = weights[at++]!;
  }
  if (width > inputs) for (let row = 0; row < rows; row++) out[row * width + inputs] = weights[at++]!;
}

/** `factor` times the rows of $[W, b]$ in the layout of the weights. */
function joinRows(separate: Real, rows: number, inputs: number, factor: number, weights: Real): void {
  const width = weights.length / rows;
  let at = 0;
  for (let row = 0; row < rows; row++) {
    for (let i = row * width; i < row * width + inputs; i++) weights[at++] = factor * separate[i]!;
  }
  if (width > inputs) for (let row = 0; row < rows; row++) weights[at++] = factor * separate[row * width + inputs]!;
}

/** $v - r K v$ of every row; as many at a time as the layer has outputs. */
function complement(solver: WeightSolver, scratch: GroupStatistics, rows: readonly Float64Array[]): Float64Array[] {
  const { outputs, inputs, weights } = scratch.group.layer;
  const width = weights / outputs;
  const separate = new Float64Array(weights);
  const solved = new Float64Array(weights);
  rows.forEach((row, i) => separate.set(row, i * width));
  joinRows(separate, outputs, inputs, 1, scratch.targets);
  scratch.fit(solver, solved);
  separateRows(solved, outputs, inputs, separate);
  return rows.map((row, i) => row.map((value, j) => value - solver.ridge * separate[i * width + j]!));
}

function inner(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** $\sum_i c_i v_i$. */
function combine(coefficients: readonly number[], vectors: readonly Float64Array[]): Float64Array {
  const sum = new Float64Array(vectors[0]!.length);
  vectors.forEach((vector, i) => addScaled(coefficients[i]!, vector, sum));
  return sum;
}

function addScaled(factor: number, vector: Float64Array, out: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i]! += factor * vector[i]!;
}

/** An orthonormal basis of the same space (Gram-Schmidt, twice: once is not enough in rounding). */
function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const basis: Float64Array[] = [];
  for (const vector of vectors) {
    const rest = vector.slice();
    for (const known of [...basis, ...basis]) addScaled(-inner(known, rest), known, rest);
    const length = Math.sqrt(inner(rest, rest));
    basis.push(rest.map((value) => (length > 0 ? value / length : 0)));
  }
  return basis;
}
