/** How a method fared. */
export interface Attained {
  /** CPU seconds of training, evaluation excluded: until the target was reached, else until it was given up. */
  readonly seconds: number;
  /** Epochs, sweeps or iterations done. */
  readonly passes: number;
  /** The best accuracy on the test samples. */
  readonly accuracy: number;
}

/** A way of training that is timed until it reaches an accuracy. */
export interface AccuracyMethod {
  /** What it is called. */
  readonly name: string;
  /** So far behind that one training is enough to know it. */
  readonly once?: boolean;
  /** Trains from the start values and in the order of a seed. */
  train(seed: number): Promise<Attained>;
}
