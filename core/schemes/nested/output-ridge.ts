import type { Regulariser } from '../../regulariser.ts';
import { ridge } from '../../ridge.ts';

/** Ridge per unit of noise and $1 / \sqrt n$: chosen on held-out parts of four data sets (`docs/reproduction.md`). */
const ridgePerNoise = 2.8;

/** Below this the normal equations of redundant features are only just definite. */
const leastRidge = 1e-5;

/** Noise-to-signal ratio that is assumed where none can be measured, and the most that is believed. */
const [assumedNoise, mostNoise] = [0.5, 50];

/**
 * Ridge of the output weights, relative to the mean eigenvalue of their Gram matrix: as given, or in proportion to the
 * noise-to-signal ratio of the first fit, $\rho = \frac{2.8}{\sqrt n} |y - \hat y|^2 / (|y - \bar y|^2 - |y - \hat y|^2)$. The ridge of
 * least expected error is proportional to that ratio (Hoerl, Kennard and Baldwin 1975).
 */
export class OutputRidge implements Regulariser {
  readonly name = 'output-ridge';
  readonly #samples: number;
  #relative: number;

  /** @param given - `auto` to wait for {@link settle}. */
  constructor(given: number | 'auto', samples: number) {
    this.#samples = samples;
    this.#relative = given === 'auto' ? leastRidge : Math.max(given, leastRidge);
  }

  /** The ridge in use. */
  get relative(): number {
    return this.#relative;
  }

  /** Goes back to a ridge that was in use. */
  set relative(relative: number) {
    this.#relative = relative;
  }

  /** Chooses the ridge once and for all. `undefined`: the ratio is not known. */
  settle(noiseToSignal: number | undefined): void {
    const noise = noiseToSignal === undefined || Number.isNaN(noiseToSignal) ? assumedNoise : noiseToSignal;
    const believed = Math.min(Math.max(noise, 0), mostNoise);
    this.#relative = Math.max(leastRidge, (ridgePerNoise * believed) / Math.sqrt(this.#samples));
  }

  ridge(gram: Float64Array, dimension: number): number {
    return ridge(this.#relative).ridge(gram, dimension);
  }
}
