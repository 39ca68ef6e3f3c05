import { best, defineExperiment, final, grid, map } from '../extensions/cli/experiment/index.ts';

/** Accuracy of `taylor` over its two penalties. */
export const penalties = defineExperiment({
  title: 'The penalties gamma and beta of Algorithm 1',
  about:
    'MNIST 0 against 2 (the first 4,000), 784-100-50-1, hinge, with a bias, 30 sweeps. A hidden z moves towards its target by a share of ' +
    'gamma / (gamma + beta), and a towards its reader by about beta / (beta + gamma). Where beta is much larger than gamma, a is what the ' +
    'next layer wants and no longer h(z): the constraint that makes it a network is given up.',
  data: { train: 'mnist', test: 'mnist-test', classes: [0, 2], standardise: false, limit: 4000 },
  base: {
    network: {
      layers: [
        { kind: 'dense', units: 100, activation: 'relu' },
        { kind: 'dense', units: 50, activation: 'relu' },
        { kind: 'dense' },
      ],
      loss: 'hinge',
    },
    stop: { sweeps: 30 },
  },
  variants: grid({ gamma: [0.01, 0.1, 1, 10, 100], beta: [0.01, 0.1, 1, 10, 100] }, ({ gamma, beta }) => ({
    scheme: { name: 'taylor', bias: true, gamma, beta },
  })),
  measurements: {
    'test accuracy': final(),
    'best test accuracy': best(),
    'accuracy of the relaxed outputs': final('measures.relaxedAccuracy'),
  },
  figures: {
    'deployed network': map({
      x: 'gamma',
      y: 'beta',
      measurement: 'test accuracy',
      caption: 'Test accuracy after 30 sweeps.',
    }),
    'relaxed outputs': map({
      x: 'gamma',
      y: 'beta',
      measurement: 'accuracy of the relaxed outputs',
      caption: 'Training accuracy of the relaxed outputs z: right also where the network is not.',
    }),
  },
});
