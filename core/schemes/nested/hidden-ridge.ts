import { isOutput, type Graph } from '../../graph.ts';
import type { Regulariser } from '../../regulariser.ts';
import { spectralRidge } from '../../ridge.ts';

/** First ridge times $\sqrt n$: chosen on held-out samples (`docs/reproduction.md`). */
const ridgePerError = 35;

/** The least part of the first objective that is believed to be left: on data that are fitted exactly it falls without end. */
const least = 0.01;

/**
 * Hidden layers on the longest path through a network. Layers without weights do not count, and tied nodes are one layer, where
 * the first of them stands: a chain is as deep as its step, whatever its length.
 */
export function hiddenDepth({ groups }: Graph): number {
  const depths: number[] = [];
  for (const { index, layer, members } of groups) {
    const [first] = members;
    const before = first!.parents.map(({ parent }) => (parent.kind === 'node' ? depths[parent.group.index]! : 0));
    depths[index] = Math.max(0, ...before) + (isOutput(first!) || layer.weights === 0 ? 0 : 1);
  }
  return Math.max(1, ...depths);
}

/**
 * Ridge of the directions of hidden layers, relative to the largest eigenvalue of their inputs: as given, or
 * $\min(1, 35 / \sqrt n)\,(F_0 / F)^{1 / L}$ with $L$ hidden layers in a row, $F_0$ the objective of the first fit and $F$ that of the
 * weights as they are. The directions are fitted to sums whose sampling error falls with $1 / \sqrt n$; a layer that reads a sample at
 * several positions has as many rows a sample. The less the outputs still miss, the more of it is noise, which is fitted first where
 * the eigenvalues are small; several layers share what is missed.
 */
export class HiddenRidge {
  readonly #given: number | 'auto';
  readonly #samples: number;
  readonly #depth: number;
  /** $(F_0 / F)^{1 / L}$. */
  #growth = 1;

  /** @param depth - $L$. */
  constructor(given: number | 'auto', samples: number, depth: number) {
    this.#given = given;
    this.#samples = samples;
    this.#depth = depth;
  }

  /** The ridge in use by layers that read a sample at so many positions. */
  relative(positions = 1): number {
    if (this.#given !== 'auto') return this.#given;
    return this.#growth * Math.min(1, ridgePerError / Math.sqrt(this.#samples * positions));
  }

  /**
   * Chooses the ridge anew; returns whether it is another one.
   *
   * @param left - $F / F_0$.
   */
  follow(left: number): boolean {
    if (this.#given !== 'auto' || !(left > 0)) return false;
    const before = this.#growth;
    this.#growth = Math.min(1, Math.max(least, left)) ** (-1 / this.#depth);
    return this.#growth !== before;
  }

  /** For layers that read a sample at so many positions. */
  of(positions: number): Regulariser {
    return {
      name: 'hidden-ridge',
      ridge: (gram, dimension, centre) => spectralRidge(this.relative(positions)).ridge(gram, dimension, centre),
    };
  }
}
