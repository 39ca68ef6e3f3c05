import {
  best,
  curves,
  defineExperiment,
  final,
  moduleUrl,
  onThreads,
  secondsTo,
  type Experiment,
  type ExperimentData,
  type Measurement,
  type Variant,
} from '../../extensions/cli/experiment/index.ts';
import { sklearnAdam, torchAdam, torchLbfgs } from '../reference/programs.ts';

/** Two sets of images on which the same methods are compared. */
export interface ImageTask {
  /** What is compared. */
  readonly title: string;
  /** To train and test on. */
  readonly data: ExperimentData;
  /** Accuracies whose times are taken. */
  readonly targets: readonly number[];
  /** Accuracies that the figures show. */
  readonly range: readonly [lowest: number, highest: number];
}

/** Epochs of minibatch methods, half of one to a record. */
const epochs = 10;
const half = { stop: { sweeps: 2 * epochs } };
const searchStop = { sweeps: 8 };
const rates = (...values: number[]): readonly number[] => values;

/** The schemes of nograd, our own baselines on the same linear algebra and threads, and other libraries. */
const methods: Readonly<Record<string, Variant>> = {
  'nested in chunks': { scheme: { name: 'nested', chunk: 500 }, stop: { sweeps: epochs } },
  nested: { scheme: 'nested', stop: { sweeps: 20 } },
  'taylor-feasible': { scheme: 'taylor-feasible', stop: { sweeps: 20 } },
  SGD: {
    scheme: { name: 'sgd', epochs: 0.5 },
    ...half,
    search: { over: { 'scheme.rate': rates(0.01, 0.03, 0.1) }, stop: searchStop },
  },
  Adam: {
    scheme: { name: 'adam', epochs: 0.5 },
    ...half,
    search: { over: { 'scheme.rate': rates(5e-4, 1e-3, 2e-3) }, stop: searchStop },
  },
  'L-BFGS': { scheme: 'lbfgs', stop: { sweeps: 60 } },
  CG: { scheme: 'cg', stop: { sweeps: 40 } },
  'torch Adam': {
    program: torchAdam,
    options: { epochs: 0.5 },
    ...half,
    search: { over: { 'options.rate': rates(5e-4, 1e-3, 2e-3) }, stop: searchStop },
  },
  'torch L-BFGS': { program: torchLbfgs, stop: { sweeps: 60 } },
  'scikit-learn Adam': { program: sklearnAdam, stop: { sweeps: epochs } },
};

const percent = (share: number): string => `${Number((100 * share).toFixed(1))} %`;

/** The comparison on one set of images. */
export const timeToAccuracy = ({ title, data, targets, range }: ImageTask): Experiment =>
  defineExperiment({
    title,
    about:
      'Every method trains the same network on the same samples in single precision, on one thread and on two. nograd and the ' +
      'baselines of its own use the same linear algebra; rates are searched on held-out training samples. The losses differ: ' +
      'squared for nograd and its baselines, cross-entropy for torch and scikit-learn.',
    data,
    base: { network: { layers: [{ kind: 'dense', units: 300, activation: 'relu' }, { kind: 'dense' }] } },
    variants: onThreads([1, 2], methods),
    measurements: {
      ...Object.fromEntries(targets.map((target): [string, Measurement] => [percent(target), secondsTo(target)])),
      last: final(),
      best: best(),
    },
    figures: Object.fromEntries(
      [1, 2].map((count) => {
        const threads = count === 1 ? '1 thread' : `${count} threads`;
        const variants = Object.keys(methods).map((method) => `${method}, ${threads}`);
        const caption = `Test accuracy over time, ${threads}: mean and standard deviation over seeds.`;
        return [`over time, ${threads}`, curves({ variants, range, logarithmic: true, caption })];
      }),
    ),
    plugins: [moduleUrl('../baselines/module.ts', import.meta.url)],
  });
