import type { Block, Real } from '../../core/block.ts';
import type { InputSolver } from '../../core/layer-solver.ts';
import type { Penalty } from '../../core/penalty.ts';
import { WeightlessLayer } from '../../layers/weightless.ts';
import { mustFitWindow, type Extent, type Image } from './geometry.ts';

/**
 * The mean over windows side by side, channel by channel: a linear map $A$ without weights. Numbers at the border that fill no
 * window are left out. Windows do not overlap, so $A A^T = I / k$ with $k$ numbers in a window, and the input update is
 * $\delta = A^T \rho \, \beta / (\gamma + \beta / k)$.
 */
export class AveragePoolLayer extends WeightlessLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** Layout of what comes out. */
  readonly pooled: Image;
  readonly #image: Image;
  readonly #pool: Extent;

  constructor(image: Image, pool: Extent) {
    super();
    this.pooled = mustFitWindow(image, pool);
    this.#image = image;
    this.#pool = pool;
    this.inputs = image.height * image.width * image.channels;
    this.outputs = this.pooled.height * this.pooled.width * image.channels;
  }

  apply(_w: Real, a: Block, z: Block): void {
    z.data.fill(0);
    const share = 1 / (this.#pool.height * this.#pool.width);
    this.#eachRun(a.rows, (from, to, length) => {
      for (let i = 0; i < length; i++) z.data[to + i]! += share * a.data[from + i]!;
    });
  }

  adjoint(_w: Real, r: Block, a: Block): void {
    a.data.fill(0);
    this.#spread(r, 1, a);
  }

  /** Exact: windows do not overlap. */
  prepareInputs(_w: Real, { gamma, beta }: Penalty): InputSolver {
    const factor = beta / (gamma + beta / (this.#pool.height * this.#pool.width));
    return { correct: ([residual], a) => this.#spread(residual!, factor, a) };
  }

  /** `a` += `factor` $A^T$ `r`. */
  #spread(r: Block, factor: number, a: Block): void {
    const share = factor / (this.#pool.height * this.#pool.width);
    this.#eachRun(r.rows, (from, to, length) => {
      for (let i = 0; i < length; i++) a.data[from + i]! += share * r.data[to + i]!;
    });
  }

  /** Every pixel that is in a window: where its channels start in the image, and where those of the window do. */
  #eachRun(rows: number, visit: (from: number, to: number, channels: number) => void): void {
    const { height, width, channels } = this.#image;
    const { pooled } = this;
    for (let row = 0; row < rows; row++) {
      for (let y = 0; y < pooled.height * this.#pool.height; y++) {
        const down = Math.floor(y / this.#pool.height);
        for (let x = 0; x < pooled.width * this.#pool.width; x++) {
          const to = ((row * pooled.height + down) * pooled.width + Math.floor(x / this.#pool.width)) * channels;
          visit(((row * height + y) * width + x) * channels, to, channels);
        }
      }
    }
  }
}
