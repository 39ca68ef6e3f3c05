import { installedImages } from './installed-images.ts';
import type { NamedData } from './named-data.ts';

/** Where Debian and Ubuntu put the files of `dataset-fashion-mnist`. */
const folder = (): string => '/usr/share/datasets/fashion-mnist';
const install = 'apt-get install dataset-fashion-mnist';

/** Training part of Fashion-MNIST (Xiao, Rasul and Vollgraf 2017). */
export const fashionMnist: NamedData = installedImages({
  name: 'fashion-mnist',
  description: 'clothes of 10 kinds, training part: 60,000 images of 28 x 28 (Debian package dataset-fashion-mnist)',
  images: 'train-images-idx3-ubyte.gz',
  install,
  folder,
});

/** Test part of Fashion-MNIST. */
export const fashionMnistTest: NamedData = installedImages({
  name: 'fashion-mnist-test',
  description: 'clothes of 10 kinds, test part: 10,000 images of 28 x 28 (Debian package dataset-fashion-mnist)',
  images: 't10k-images-idx3-ubyte.gz',
  install,
  folder,
});
