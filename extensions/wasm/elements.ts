import type { TabulatedActivation } from '../../activations/lookup-table.ts';
import type { PatchMover, PatchShape } from '../../core/accelerator.ts';
import type { ActivationSolver, Piece, Windows } from '../../core/activation-solver.ts';
import { precisionOf, type Precision, type Real } from '../../core/block.ts';
import type { Penalty } from '../../core/penalty.ts';
import { chunk, copyIn, ElementMemory, tableBytes } from './element-memory.ts';
import { canHold, TableInMemory } from './lookup-table.ts';
import { instantiate, type Build, type Kernels } from './load.ts';
import { OutputInMemory, type OutputKernels } from './outputs.ts';
import { patchMover } from './patch-mover.ts';
import { PoolInMemory } from './pool.ts';
import { entryLength, pieceTable, weighPieces } from './piece-table.ts';

/** Values and z-update of one activation. */
export type Pointwise = Pick<ActivationSolver, 'apply' | 'solve'>;

/** An activation whose sums come with its z-update. */
export interface SummingKernels extends Pointwise {
  /**
   * As `solve`, and with the sums of the solution at hand: `sums[0]` += $\sum_i (z_i - m_i)^2$ and
   * `sums[1]` += $\sum_i (a_i - h(z_i))^2$, before `z` is written. Squares of up to 256 numbers are added up in the
   * precision of `z`, then in f64.
   */
  solveAndSum(a: Real, m: Real, penalty: Penalty, z: Real, sums: Float64Array): void;
}

/** Element-wise kernels; all arrays of a call are of one precision and length. */
export interface ElementKernels {
  /** $h(z) = \max(0, z)$ by the threshold rule: exact for finite numbers, without a comparison of costs. */
  readonly relu: SummingKernels;
  /** The loss `hinge` of the layers. */
  readonly hinge: OutputKernels;
  /** The loss `squared` of the layers. */
  readonly squared: OutputKernels;
  /**
   * Any piecewise-linear activation, continuous or not, with the same bits as `piecewiseLinear` gives: f32 data too are
   * solved in f64.
   *
   * @param pieces - As `ActivationSolver.pieces` declares them.
   */
  piecewise(pieces: readonly Piece[]): Pointwise;
  /**
   * An activation by look-up table, in f32; f64 is left to its own code. `undefined` where its knots are no numbers of f32, or
   * memory is full.
   */
  tabulated(activation: TabulatedActivation): SummingKernels | undefined;
  /** The maximum over windows, in place where arrays lie in the kernels' memory; `plain` does the others. */
  pool(plain: ActivationSolver, windows: Windows): SummingKernels;
  /** A zero-filled array that the kernels touch without a copy; none when their memory is full. */
  allocate(precision: Precision, length: number): Real | undefined;
  /** A mover of patches; none when their memory is full. */
  patches(shape: PatchShape, precision: Precision): PatchMover | undefined;
}

/** Pieces that the memory of the kernels has room for. */
export const mostPieces = Math.floor(tableBytes / (8 * entryLength));

/** The tables of one activation, with the kernels and memory that run it. */
class PieceKernels implements Pointwise {
  readonly #kernels: Kernels;
  readonly #memory: ElementMemory;
  readonly #tables: Readonly<Record<Precision, Float64Array>>;

  constructor(pieces: readonly Piece[], kernels: Kernels, memory: ElementMemory) {
    if (pieces.length > mostPieces) throw new RangeError(`${pieces.length} pieces are more than ${mostPieces}.`);
    this.#kernels = kernels;
    this.#memory = memory;
    this.#tables = { float32: pieceTable(pieces, 'float32'), float64: pieceTable(pieces, 'float64') };
  }

  readonly apply = (z: Real, out: Real): void => {
    const precision = precisionOf(z);
    const { applyPieces } = this.#kernels[precision];
    const { a: slot, table } = this.#memory;
    const count = this.#place(this.#tables[precision]);
    if (this.#memory.holds(z) && this.#memory.holds(out)) {
      applyPieces(z.byteOffset, z.length, table.at, count, out.byteOffset);
      return;
    }
    for (let from = 0; from < z.length; from += chunk) {
      const length = copyIn(z, from, precision, slot);
      applyPieces(slot.at, length, table.at, count, slot.at);
      out.set(slot.view(precision, length), from);
    }
  };

  readonly solve = (a: Real, m: Real, penalty: Penalty, z: Real): void => {
    const precision = precisionOf(z);
    const { solvePieces } = this.#kernels[precision];
    const { a: left, m: right, table } = this.#memory;
    const { gamma, beta } = penalty;
    weighPieces(penalty, this.#tables[precision]);
    const count = this.#place(this.#tables[precision]);
    if (this.#memory.holds(a) && this.#memory.holds(m) && this.#memory.holds(z)) {
      solvePieces(a.byteOffset, m.byteOffset, z.length, table.at, count, gamma, beta, z.byteOffset);
      return;
    }
    for (let from = 0; from < z.length; from += chunk) {
      const length = copyIn(a, from, precision, left);
      copyIn(m, from, precision, right);
      solvePieces(left.at, right.at, length, table.at, count, gamma, beta, right.at);
      z.set(right.view(precision, length), from);
    }
  };

  /** Puts a table where the kernels read it; returns its number of pieces. */
  #place(table: Float64Array): number {
    this.#memory.table.view('float64', table.length).set(table);
    return table.length / entryLength;
  }
}

/** ReLU in the memory of the kernels. */
class ReluInMemory implements SummingKernels {
  readonly #kernels: Kernels;
  readonly #memory: ElementMemory;

  constructor(kernels: Kernels, memory: ElementMemory) {
    this.#kernels = kernels;
    this.#memory = memory;
  }

  readonly apply = (z: Real, out: Real): void => {
    const precision = precisionOf(z);
    const { applyRelu } = this.#kernels[precision];
    const { a: slot } = this.#memory;
    if (this.#memory.holds(z) && this.#memory.holds(out)) {
      applyRelu(z.byteOffset, z.length, out.byteOffset);
      return;
    }
    for (let from = 0; from < z.length; from += chunk) {
      const length = copyIn(z, from, precision, slot);
      applyRelu(slot.at, length, slot.at);
      out.set(slot.view(precision, length), from);
    }
  };

  readonly solve = (a: Real, m: Real, { gamma, beta }: Penalty, z: Real): void => {
    const precision = precisionOf(z);
    const { solveRelu } = this.#kernels[precision];
    const { a: left, m: right, table } = this.#memory;
    const pull = gamma / (gamma + beta);
    const keep = beta / (gamma + beta);
    const k = Math.sqrt((gamma + beta) / beta) - 1;
    table.view('float64', 2).fill(0);
    if (this.#memory.holds(a) && this.#memory.holds(m) && this.#memory.holds(z)) {
      solveRelu(a.byteOffset, m.byteOffset, z.length, pull, keep, k, z.byteOffset, table.at);
      return;
    }
    for (let from = 0; from < z.length; from += chunk) {
      const length = copyIn(a, from, precision, left);
      copyIn(m, from, precision, right);
      solveRelu(left.at, right.at, length, pull, keep, k, right.at, table.at);
      z.set(right.view(precision, length), from);
    }
  };

  readonly solveAndSum = (a: Real, m: Real, penalty: Penalty, z: Real, sums: Float64Array): void => {
    this.solve(a, m, penalty, z);
    const [moved, missed] = this.#memory.table.view('float64', 2);
    sums[0]! += moved!;
    sums[1]! += missed!;
  };
}

/**
 * Element-wise kernels in WebAssembly SIMD. Arrays of their own memory are worked on in place; others are copied through it,
 * a chunk at a time.
 *
 * @param build - Of the kernels; throws a `WebAssembly.CompileError` where the runtime does not take it.
 */
export function elementKernels(build: Build): ElementKernels {
  const kernels = instantiate(build);
  const memory = new ElementMemory(kernels.memory);
  return {
    relu: new ReluInMemory(kernels, memory),
    hinge: new OutputInMemory('solveHinge', kernels, memory),
    squared: new OutputInMemory('solveSquared', kernels, memory),
    piecewise: (pieces) => new PieceKernels(pieces, kernels, memory),
    tabulated: (activation) => (canHold(activation) ? new TableInMemory(activation, kernels, memory) : undefined),
    pool: (plain, windows) => new PoolInMemory(plain, windows, kernels, memory),
    allocate: (precision, length) => memory.allocate(precision, length),
    patches: (shape, precision) => patchMover(shape, precision, kernels, memory),
  };
}
