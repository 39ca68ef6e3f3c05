import { curves, defineExperiment, final, grid, moduleUrl, trend } from '../extensions/cli/experiment/index.ts';

const methods = {
  nested: { scheme: 'nested', stop: { sweeps: 20 } },
  'taylor-feasible': { scheme: 'taylor-feasible', stop: { sweeps: 20 } },
  Adam: { scheme: 'adam', stop: { sweeps: 10 }, search: { over: { 'scheme.rate': [1e-3, 1e-2, 1e-1, 1] } } },
  'L-BFGS': { scheme: 'lbfgs', stop: { sweeps: 40 } },
} as const;

type Method = keyof typeof methods;

/** Activations whose slope is zero almost everywhere, and starts that lie deep where it is. */
export const saturation = defineExperiment({
  title: 'Where gradients vanish: hard tanh, hard sigmoid and sign',
  about:
    'MNIST (the first 10,000), two hidden layers of 100. Weights start from a normal distribution of deviation 1, so that most units ' +
    'begin saturated, and sign has no slope anywhere: what backpropagation sees is then (almost) zero. The sub-problems of ADMM are solved globally and ' +
    'do not look at slopes.',
  data: { train: 'mnist', test: 'mnist-test', standardise: true, limit: 10_000 },
  variants: grid(
    { method: Object.keys(methods) as Method[], activation: ['relu', 'hard-tanh', 'hard-sigmoid', 'sign'] },
    ({ method, activation }) => {
      const { scheme, ...rest } = methods[method];
      return {
        ...rest,
        scheme: { name: scheme, initialiser: 'unit-normal' },
        network: {
          layers: [
            { kind: 'dense', units: 100, activation },
            { kind: 'dense', units: 100, activation },
            { kind: 'dense' },
          ],
        },
      };
    },
  ),
  measurements: { 'test accuracy': final(), 'train accuracy': final('train.accuracy') },
  figures: {
    'over activations': trend({
      x: 'activation',
      series: 'method',
      measurement: 'test accuracy',
      caption: 'Test accuracy by activation, with saturated start values.',
    }),
    'hard tanh': curves({
      variants: Object.keys(methods).map((method) => `${method}, hard-tanh`),
      logarithmic: true,
      caption: 'Test accuracy over time with hard tanh.',
    }),
  },
  plugins: [moduleUrl('./baselines/module.ts', import.meta.url)],
});
