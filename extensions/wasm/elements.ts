import type { ActivationSolver, Piece } from '../../core/activation-solver.ts';
import { precisionOf, type Precision, type Real } from '../../core/block.ts';
import type { Penalty } from '../../core/penalty.ts';
import { chunk, copyIn, ElementMemory } from './element-memory.ts';
import { instantiate, type Build, type Kernels } from './load.ts';
import { entryLength, pieceTable, weighPieces } from './piece-table.ts';

/** Values and z-update of one activation. */
export type Pointwise = Pick<ActivationSolver, 'apply' | 'solve'>;

/** ReLU by the threshold rule: exact for finite numbers, without a comparison of costs. */
export interface ReluKernels extends Pointwise {
  /**
   * As `solve`, and with the sums of the solution at hand: `sums[0]` += $\sum_i (z_i - m_i)^2$ and
   * `sums[1]` += $\sum_i (a_i - h(z_i))^2$, before `z` is written. Squares of up to 256 numbers are added up in the
   * precision of `z`, then in f64.
   */
  solveAndSum(a: Real, m: Real, penalty: Penalty, z: Real, sums: Float64Array): void;
}

/** Element-wise kernels; all arrays of a call are of one precision and length. */
export interface ElementKernels {
  /** $h(z) = \max(0, z)$. */
  readonly relu: ReluKernels;
  /**
   * Any piecewise-linear activation, continuous or not, with the same bits as `piecewiseLinear` gives: f32 data too are
   * solved in f64.
   *
   * @param pieces - As `ActivationSolver.pieces` declares them.
   */
  piecewise(pieces: readonly Piece[]): Pointwise;
}

function piecewise(pieces: readonly Piece[], kernels: Kernels, memory: ElementMemory): Pointwise {
  const tables = { float32: pieceTable(pieces, 'float32'), float64: pieceTable(pieces, 'float64') };
  const { a: left, m: right } = memory;
  const place = (table: Float64Array): void => {
    memory.reserve(table.byteLength);
    memory.table.view('float64', table.length).set(table);
  };
  return {
    apply(z, out) {
      const precision = precisionOf(z);
      const table = tables[precision];
      place(table);
      for (let from = 0; from < z.length; from += chunk) {
        const length = copyIn(z, from, precision, left);
        kernels[precision].applyPieces(left.at, length, memory.table.at, table.length / entryLength, left.at);
        out.set(left.view(precision, length), from);
      }
    },
    solve(a, m, penalty, z) {
      const precision = precisionOf(z);
      const table = tables[precision];
      const count = table.length / entryLength;
      weighPieces(penalty, table);
      place(table);
      const { gamma, beta } = penalty;
      for (let from = 0; from < z.length; from += chunk) {
        const length = copyIn(a, from, precision, left);
        copyIn(m, from, precision, right);
        kernels[precision].solvePieces(left.at, right.at, length, memory.table.at, count, gamma, beta, right.at);
        z.set(right.view(precision, length), from);
      }
    },
  };
}

function relu(kernels: Kernels, memory: ElementMemory): ReluKernels {
  const { a: left, m: right, table } = memory;
  const solve = (a: Real, m: Real, { gamma, beta }: Penalty, precision: Precision, z: Real): void => {
    const pull = gamma / (gamma + beta);
    const keep = beta / (gamma + beta);
    const k = Math.sqrt((gamma + beta) / beta) - 1;
    table.view('float64', 2).fill(0);
    for (let from = 0; from < z.length; from += chunk) {
      const length = copyIn(a, from, precision, left);
      copyIn(m, from, precision, right);
      kernels[precision].solveRelu(left.at, right.at, length, pull, keep, k, right.at, table.at);
      z.set(right.view(precision, length), from);
    }
  };
  return {
    apply(z, out) {
      const precision = precisionOf(z);
      for (let from = 0; from < z.length; from += chunk) {
        const length = copyIn(z, from, precision, left);
        kernels[precision].applyRelu(left.at, length, left.at);
        out.set(left.view(precision, length), from);
      }
    },
    solve: (a, m, penalty, z) => solve(a, m, penalty, precisionOf(z), z),
    solveAndSum(a, m, penalty, z, sums) {
      solve(a, m, penalty, precisionOf(z), z);
      const [moved, missed] = table.view('float64', 2);
      sums[0]! += moved!;
      sums[1]! += missed!;
    },
  };
}

/**
 * Element-wise kernels in WebAssembly SIMD. Arrays of any origin are copied through the memory of the kernels, a chunk at
 * a time.
 *
 * @param build - Of the kernels; throws a `WebAssembly.CompileError` where the runtime does not take it.
 */
export function elementKernels(build: Build): ElementKernels {
  const kernels = instantiate(build);
  const memory = new ElementMemory(kernels.memory);
  return { relu: relu(kernels, memory), piecewise: (pieces) => piecewise(pieces, kernels, memory) };
}
