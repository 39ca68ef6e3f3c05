import { precisionOf, type Block, type Real } from '../../core/block.ts';
import type { OutputSolver } from '../../core/output-solver.ts';
import { chunk, type ElementMemory } from './element-memory.ts';
import type { Kernels, LossKernels } from './load.ts';
import { sizeOf } from './scratch.ts';

/**
 * The z-update of a loss whose outputs are not coupled. Losses, products and squares of up to 256 numbers are added up in the
 * precision of `z`, then in f64.
 */
export type OutputKernels = Required<Pick<OutputSolver, 'solve' | 'solveAndStep'>>;

/** A loss in the memory of the kernels. Each array is worked on where it lies, or copied through by chunks. */
export class OutputInMemory implements OutputKernels {
  readonly #kernel: keyof LossKernels;
  readonly #kernels: Kernels;
  readonly #memory: ElementMemory;

  constructor(kernel: keyof LossKernels, kernels: Kernels, memory: ElementMemory) {
    this.#kernel = kernel;
    this.#kernels = kernels;
    this.#memory = memory;
  }

  readonly solve = (y: Block, m: Block, lambda: Block, beta: number, z: Block): void => {
    this.#run(y.data, m.data, beta, 0, lambda.data, z.data);
  };

  readonly solveAndStep = (
    y: Block,
    m: Block,
    beta: number,
    step: number,
    lambda: Block,
    z: Block,
    sums: Float64Array,
  ): void => {
    this.#run(y.data, m.data, beta, step * beta, lambda.data, z.data);
    const found = this.#memory.table.view('float64', 3);
    for (let i = 0; i < 3; i++) sums[i]! += found[i]!;
  };

  /** `z`, the three sums, and `lambda` += `rate` (z - m). */
  #run(y: Real, m: Real, beta: number, rate: number, lambda: Real, z: Real): void {
    const precision = precisionOf(z);
    const kernel = this.#kernels[precision][this.#kernel];
    const memory = this.#memory;
    memory.table.view('float64', 3).fill(0);
    const [keepsLambda, keepsZ] = [memory.holds(lambda), memory.holds(z)];
    for (let from = 0; from < z.length; from += chunk) {
      const length = Math.min(chunk, z.length - from);
      const yAt = memory.reach(y, from, precision, memory.a);
      const mAt = memory.reach(m, from, precision, memory.m);
      const lambdaAt = memory.reach(lambda, from, precision, memory.lambda);
      // Targets have been read where z is written.
      const zAt = keepsZ ? z.byteOffset + from * sizeOf(precision) : memory.a.at;
      kernel(yAt, mAt, lambdaAt, length, beta, rate, zAt, memory.table.at);
      if (!keepsZ) z.set(memory.a.view(precision, length), from);
      if (rate !== 0 && !keepsLambda) lambda.set(memory.lambda.view(precision, length), from);
    }
  }
}
