import type { ActivationSolver, Windows } from '../../core/activation-solver.ts';
import { precisionOf, type Precision, type Real } from '../../core/block.ts';
import type { Penalty } from '../../core/penalty.ts';
import type { ElementMemory } from './element-memory.ts';
import type { Kernels } from './load.ts';
import { sizeOf } from './scratch.ts';

/** Bytes of a vector, which the numbers of a pixel have to fill. */
const vector = 16;

/** The windows as the kernels read them: see `assembly/pool.ts`. */
function describe({ height, width, channels, down, across }: Windows, size: number): Uint32Array {
  const pixel = channels * size;
  const line = width * pixel;
  const windows = [Math.floor(height / down), down * line, Math.floor(width / across), across * pixel] as const;
  return Uint32Array.of(height * line, ...windows, down, line, across, pixel);
}

/** The maximum over windows in the memory of the kernels; arrays that lie elsewhere are left to the plain code. */
export class PoolInMemory implements Required<Pick<ActivationSolver, 'apply' | 'solve' | 'solveAndSum'>> {
  readonly #plain: ActivationSolver;
  readonly #windows: Windows;
  readonly #kernels: Kernels;
  readonly #memory: ElementMemory;
  /** Where the windows are described, by precision; `undefined` where their pixels are no whole vectors. */
  readonly #described: Readonly<Record<Precision, number | undefined>>;

  constructor(plain: ActivationSolver, windows: Windows, kernels: Kernels, memory: ElementMemory) {
    this.#plain = plain;
    this.#windows = windows;
    this.#kernels = kernels;
    this.#memory = memory;
    this.#described = { float32: this.#place('float32'), float64: this.#place('float64') };
  }

  readonly apply = (z: Real, out: Real): void => {
    const windows = this.#reach(z, out);
    if (windows === undefined) this.#plain.apply(z, out);
    else {
      const { applyPool } = this.#kernels[precisionOf(z)];
      applyPool(z.byteOffset, this.#images(z), windows, this.#rectify, out.byteOffset);
    }
  };

  readonly solve = (a: Real, m: Real, penalty: Penalty, z: Real): void => {
    this.#solve(a, m, penalty, z);
  };

  readonly solveAndSum = (a: Real, m: Real, penalty: Penalty, z: Real, sums: Float64Array): void => {
    if (!this.#solve(a, m, penalty, z)) this.#plain.solveAndSum!(a, m, penalty, z, sums);
    else {
      const [moved, missed] = this.#memory.table.view('float64', 2);
      sums[0]! += moved!;
      sums[1]! += missed!;
    }
  };

  /** Whether the kernels did it, and left the sums in the table. */
  #solve(a: Real, m: Real, penalty: Penalty, z: Real): boolean {
    const windows = this.#reach(a, z);
    if (windows === undefined) {
      this.#plain.solve(a, m, penalty, z);
      return false;
    }
    if (z !== m) z.set(m);
    const { table } = this.#memory;
    table.view('float64', 2).fill(0);
    const { solvePool } = this.#kernels[precisionOf(z)];
    const { gamma, beta } = penalty;
    solvePool(a.byteOffset, z.byteOffset, this.#images(z), windows, this.#rectify, gamma, beta, table.at);
    return true;
  }

  get #rectify(): 0 | 1 {
    return this.#windows.rectify ? 1 : 0;
  }

  #images({ length }: Real): number {
    const { height, width, channels } = this.#windows;
    return length / (height * width * channels);
  }

  /** Where the windows are described, if both arrays are within reach. */
  #reach(one: Real, other: Real): number | undefined {
    return this.#memory.holds(one) && this.#memory.holds(other) ? this.#described[precisionOf(one)] : undefined;
  }

  #place(precision: Precision): number | undefined {
    const size = sizeOf(precision);
    if ((this.#windows.channels * size) % vector !== 0) return undefined;
    const words = describe(this.#windows, size);
    const room = this.#memory.allocate('float32', words.length);
    if (room === undefined) return undefined;
    new Uint32Array(room.buffer, room.byteOffset, words.length).set(words);
    return room.byteOffset;
  }
}
