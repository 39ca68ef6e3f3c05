import { timeToAccuracy } from './time-to-accuracy/images.ts';

/** 784-300-10 on MNIST: every method, one thread and two. */
export const mnist = timeToAccuracy({
  title: 'Time to accuracy on MNIST, 784-300-10',
  data: { train: 'mnist', test: 'mnist-test', standardise: false },
  targets: [0.95, 0.97, 0.98],
  range: [0.9, 0.985],
});
