/** Data, a network, and how good it is to become. */
export interface AccuracyCase {
  /** What the data is called. */
  readonly name: string;
  /** Training samples: a known name, or a path. */
  readonly train: string;
  /** Test samples likewise, or how many of the last training samples are held out for it. */
  readonly test: string | number;
  /** Column of the label in a table. Default: the last one. */
  readonly label?: string;
  /** Standardise the features by the training samples; else they stay as they are, pixels from 0 to 1. */
  readonly standardise: boolean;
  /** Train on the first so many samples only. Default: all. */
  readonly samples?: number;
  /** Features, units of the hidden layers, outputs. */
  readonly sizes: readonly number[];
  /** Accuracy on the test samples at which a method is done, 0 to 1. */
  readonly target: number;
}

/** When a method that does not get there is given up. */
export interface AccuracyLimits {
  /** CPU seconds of training. */
  readonly seconds: number;
  /** Epochs of torch's minibatch methods, and sweeps of nograd over chunks. */
  readonly epochs: number;
  /** Sweeps of nograd in full batch. */
  readonly sweeps: number;
  /** Iterations of L-BFGS. */
  readonly iterations: number;
}

/** Everything that the time to an accuracy is measured on. */
export interface AccuracyPlan {
  /** One after the other. */
  readonly cases: readonly AccuracyCase[];
  /** The same for all cases. */
  readonly limits: AccuracyLimits;
  /** How often every method is trained, each time with another seed; medians are told. */
  readonly rounds: number;
}

/** The part of the plan behind `docs/performance.md`. */
export const accuracyPlan: AccuracyPlan = {
  cases: [
    {
      name: 'MNIST',
      train: 'mnist',
      test: 'mnist-test',
      standardise: false,
      sizes: [784, 300, 10],
      target: 0.97,
    },
    {
      name: 'Fashion-MNIST',
      train: 'fashion-mnist',
      test: 'fashion-mnist-test',
      standardise: false,
      sizes: [784, 300, 10],
      target: 0.88,
    },
    {
      name: 'Higgs sample',
      train: '../shared/data/higgs-train.csv.gz',
      test: 5000,
      label: 'first',
      standardise: true,
      sizes: [28, 300, 1],
      target: 0.7,
    },
  ],
  limits: { seconds: 16, epochs: 15, sweeps: 40, iterations: 60 },
  rounds: 3,
};

/** `MNIST 784-300-10 to 97 %`. */
export const accuracyCaseName = ({ name, sizes, target }: AccuracyCase): string =>
  `${name} ${sizes.join('-')} to ${Number((100 * target).toFixed(1))} %`;
