import type { Centre, Regulariser } from '../../regulariser.ts';

/**
 * A ridge that is decided from the first Gram matrix and stays as it is, so that an objective can contain it. While the
 * inputs are zero in all samples there is nothing to decide from, and the ridge is 0; the weights they are solved for are
 * zero then, so that the ridge which comes later counts nothing at first.
 */
export class FixedRidge implements Regulariser {
  readonly name: string;
  /** The ridge; 0 before the first Gram matrix. */
  value = 0;
  readonly #regulariser: Regulariser;

  /** @param regulariser - Decides once. */
  constructor(regulariser: Regulariser) {
    this.name = `fixed ${regulariser.name}`;
    this.#regulariser = regulariser;
  }

  ridge(gram: Float64Array, dimension: number, centre?: Centre): number {
    if (this.value === 0) this.value = this.#regulariser.ridge(gram, dimension, centre);
    return this.value;
  }
}
