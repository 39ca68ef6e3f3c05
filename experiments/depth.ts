import { curves, defineExperiment, final, grid, moduleUrl, trend } from '../extensions/cli/experiment/index.ts';
import { torchAdam } from './reference/programs.ts';

/** For our Adam and torch's. */
const adamRates = [3e-4, 1e-3, 3e-3, 1e-2];

const methods = {
  nested: { scheme: 'nested', stop: { sweeps: 20 } },
  'taylor-feasible': { scheme: 'taylor-feasible', stop: { sweeps: 20 } },
  'L-BFGS': { scheme: 'lbfgs', stop: { sweeps: 60 } },
  Adam: { scheme: 'adam', stop: { sweeps: 10 }, search: { over: { 'scheme.rate': adamRates } } },
  'torch Adam': { program: torchAdam, stop: { sweeps: 10 }, search: { over: { 'options.rate': adamRates } } },
} as const;

type Method = keyof typeof methods;

/** From 2 to 10 hidden layers of 100 units. */
export const depth = defineExperiment({
  title: 'Depth: 2 to 10 hidden layers of 100 ReLU units',
  about: 'How each method fares as a network of equal layers gets deeper, on the first 10,000 digits of MNIST.',
  data: { train: 'mnist', test: 'mnist-test', standardise: false, limit: 10_000 },
  variants: grid({ method: Object.keys(methods) as Method[], layers: [2, 4, 6, 10] }, ({ method, layers }) => ({
    ...methods[method],
    network: {
      layers: [
        ...Array.from({ length: layers }, () => ({ kind: 'dense', units: 100, activation: 'relu' })),
        { kind: 'dense' },
      ],
    },
  })),
  measurements: { 'test accuracy': final(), 'train accuracy': final('train.accuracy'), seconds: final('totalSeconds') },
  figures: {
    'over depth': trend({
      x: 'layers',
      series: 'method',
      measurement: 'test accuracy',
      caption: 'Test accuracy over hidden layers.',
    }),
    'ten layers': curves({
      variants: Object.keys(methods).map((method) => `${method}, layers 10`),
      logarithmic: true,
      caption: 'Test accuracy over time with ten hidden layers.',
    }),
  },
  plugins: [moduleUrl('./baselines/module.ts', import.meta.url)],
});
