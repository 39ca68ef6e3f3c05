import { timeToAccuracy } from './time-to-accuracy/images.ts';

/** 784-300-10 on Fashion-MNIST: every method, one thread and two. */
export const fashionMnist = timeToAccuracy({
  title: 'Time to accuracy on Fashion-MNIST, 784-300-10',
  data: { train: 'fashion-mnist', test: 'fashion-mnist-test', standardise: false },
  targets: [0.84, 0.87, 0.88],
  range: [0.8, 0.9],
});
