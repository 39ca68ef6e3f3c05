/** Sums of the inputs over the samples, and how many samples there are. */
export interface Centre {
  /** By input. */
  readonly sums: Float64Array;
  /** Number of samples. */
  readonly count: number;
}

/**
 * Extension point: how strongly the weights of a layer are pulled towards zero, decided from the layer's own Gram matrix.
 */
export interface Regulariser {
  /** What it is called in reports. */
  readonly name: string;
  /**
   * The ridge $r \ge 0$ of $|z - W a|^2 + r |W|^2$ for the Gram matrix $a^T a$ summed over all samples (d x d, row-major,
   * upper triangle valid).
   *
   * @param centre - Where a bias takes the mean out of the inputs. Default: nowhere, the Gram matrix is taken as it is.
   */
  ridge(gram: Float64Array, dimension: number, centre?: Centre): number;
}
