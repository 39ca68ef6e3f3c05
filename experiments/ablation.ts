import { bars, best, curves, defineExperiment, final, type Variant } from '../extensions/cli/experiment/index.ts';

const layers = [{ kind: 'dense', units: 300, activation: 'relu' }, { kind: 'dense' }];

const taylor = (options: Readonly<Record<string, unknown>>): Variant => ({
  scheme: { name: 'taylor', bias: true, gamma: 1, ridge: 0.01, ...options },
});
const feasible = (options: Readonly<Record<string, unknown>> = {}): Variant => ({
  scheme: { name: 'taylor-feasible', ...options },
  network: { layers, loss: 'squared' },
});
const nested = (options: Readonly<Record<string, unknown>> = {}): Variant => ({
  scheme: { name: 'nested', ...options },
  network: { layers, loss: 'squared' },
});

/** What each part of the schemes is worth, by leaving it out or changing it. */
export const ablation = defineExperiment({
  title: 'What each part is worth',
  about:
    'MNIST (the first 10,000), 784-300-10, 20 sweeps. From Algorithm 1 with a bias, gamma 1 and a slight ridge, from the same sub-problems ' +
    'started at a feasible point, and from the nested scheme: one thing changed at a time.',
  data: { train: 'mnist', test: 'mnist-test', standardise: false, limit: 10_000 },
  base: {
    network: { layers, loss: 'hinge' },
    stop: { sweeps: 20 },
  },
  variants: {
    taylor: taylor({}),
    'taylor without bias': taylor({ bias: false }),
    'taylor without ridge': taylor({ ridge: 0 }),
    'taylor, gamma 10': taylor({ gamma: 10 }),
    'taylor without multiplier': taylor({ multiplierStep: 'none' }),
    'taylor, exact multiplier step': taylor({ multiplierStep: 'exact' }),
    'taylor, multiplier at once': taylor({ warmSweeps: 0 }),
    'taylor, backward': taylor({ order: 'backward' }),
    'taylor, feasible start': taylor({ start: 'feasible' }),
    'taylor, growing penalties': taylor({ gamma: 0.01, beta: 0.01, growth: 1.3 }),
    'taylor-feasible': feasible(),
    'taylor-feasible, forward': feasible({ order: 'forward' }),
    'taylor-feasible, betaOutput 1': feasible({ betaOutput: 1 }),
    'taylor-feasible, ridge 0.01': feasible({ ridge: 0.01 }),
    nested: nested(),
    'nested without hidden ridge': nested({ ridge: 0 }),
    'nested without output ridge': nested({ ridgeOutput: 0 }),
    'nested without momentum': nested({ momentum: false }),
    'nested without refit': nested({ refit: false }),
    'nested, hinge': { ...nested(), network: { layers, loss: 'hinge' } },
    'nested in chunks': nested({ chunk: 500 }),
    'nested, Gaussian start': nested({ initialiser: 'gaussian' }),
    'nested, orthogonal start': nested({ initialiser: 'orthogonal' }),
  },
  measurements: { 'test accuracy': final(), 'best test accuracy': best(), 'train accuracy': final('train.accuracy') },
  figures: {
    'each part': bars('test accuracy', { caption: 'Test accuracy after 20 sweeps; a dot per seed.' }),
    'over sweeps': curves({
      x: 'sweeps',
      variants: ['taylor', 'taylor without multiplier', 'taylor, backward', 'taylor-feasible', 'nested'],
      caption: 'Test accuracy over sweeps.',
    }),
  },
});
