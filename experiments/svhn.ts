import {
  best,
  curves,
  defineExperiment,
  final,
  moduleUrl,
  secondsTo,
  sweepsTo,
  type ExperimentContext,
  type ExperimentData,
} from '../extensions/cli/experiment/index.ts';
import { openData } from '../extensions/data/index.ts';
import { mustBeWhole, type KnownFile } from './datasets/checked-file.ts';
import { hog } from './datasets/hog.ts';
import { ownData } from './datasets/own-data.ts';

/** The published files, from http://ufldl.stanford.edu/housenumbers/. */
const files: Readonly<Record<string, KnownFile>> = {
  'extra_32x32.mat': { bytes: 1_329_278_602, md5: 'a93ce644f1a588dc4d68dda5feec44a7' },
  'test_32x32.mat': { bytes: 64_275_384, md5: 'eb5a983be6a315427106f1b164d9cef3' },
};

const digits = [0, 2];

const svhnPart = (path: string, file: string) =>
  ownData(`svhn-hog (${file})`, 'SVHN digits 0 and 2 as HOG features', async () => {
    await mustBeWhole(path, files[file]!);
    return hog(await openData(path), digits);
  });

const mnistPart = (name: string) =>
  ownData(`${name}-hog`, 'MNIST digits 0 and 2 as HOG features', async () => hog(await openData(name), digits));

/** The paper's files where both are there, else the same digits of MNIST. */
function dataOf(context: ExperimentContext): ExperimentData {
  const [train, test] = Object.keys(files).map((name) => ({ name, path: context.file(name) })) as [Found, Found];
  if (train.path !== undefined && test.path !== undefined) {
    return { train: svhnPart(train.path, train.name), test: svhnPart(test.path, test.name), standardise: false };
  }
  const substitute =
    'MNIST 0 against 2 with HOG features in place of SVHN, of which extra_32x32.mat and test_32x32.mat are not in the --data folder';
  return { train: mnistPart('mnist'), test: mnistPart('mnist-test'), standardise: false, substitute };
}

interface Found {
  readonly name: string;
  readonly path: string | undefined;
}

const layers = [
  { kind: 'dense', units: 100, activation: 'relu' },
  { kind: 'dense', units: 50, activation: 'relu' },
  { kind: 'dense' },
];
const rates = [0.01, 0.03, 0.1];

/** The paper's first task: digits 0 against 2, 648 HOG features, 648-100-50-1, ReLU, hinge. */
export const svhn = defineExperiment((context) => ({
  title: 'House numbers 0 against 2 on HOG features, 648-100-50-1',
  about:
    'Section 7.1 of the paper: time to 95 % test accuracy, on one thread each. The paper had up to 2,496 cores for ADMM and a GPU for the others.',
  data: dataOf(context),
  base: { network: { layers, loss: 'hinge' }, stop: { sweeps: 40 } },
  variants: {
    'taylor as printed': { scheme: 'taylor' },
    'taylor, bias, gamma 1, ridge 0.01': { scheme: { name: 'taylor', bias: true, gamma: 1, ridge: 0.01 } },
    nested: { scheme: 'nested', network: { layers, loss: 'squared' } },
    SGD: { scheme: 'sgd', stop: { sweeps: 20 }, search: { over: { 'scheme.rate': rates }, stop: { sweeps: 10 } } },
    CG: { scheme: 'cg' },
    'L-BFGS': { scheme: 'lbfgs' },
  },
  measurements: {
    '95 %': secondsTo(0.95),
    'sweeps to 95 %': sweepsTo(0.95),
    last: final(),
    best: best(),
  },
  figures: {
    'over time': curves({ logarithmic: true, range: [0.4, 1], caption: 'Test accuracy over time, one thread.' }),
    'over sweeps': curves({
      x: 'sweeps',
      range: [0.4, 1],
      caption: 'Test accuracy over sweeps; an epoch of SGD is one.',
    }),
  },
  plugins: [moduleUrl('./baselines/module.ts', import.meta.url)],
}));
