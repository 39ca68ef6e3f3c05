import { existsSync } from 'node:fs';
import { Container } from 'inversify';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../core/errors.ts';
import {
  createDataCatalogue,
  DataCatalogue,
  dataModule,
  installedImages,
  NamedData,
  openData,
} from '../../../extensions/data/index.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = temporaryFolder();
const invented: NamedData = {
  name: 'invented',
  description: 'nothing',
  open: () => openData(folder.write('invented.csv', '1,0\n2,1\n')),
};
const endings =
  '.idx -ubyte .idx1 .idx3 .idx4 .csv .tsv .txt .data .tra .tes .npy .npz .parquet .svm .libsvm .svmlight .mat .bin .ts';

describe('opening data', () => {
  it('goes by the ending of a file, in any case, compressed or not', async () => {
    expect((await openData(folder.write('A.CSV', '1,0\n'))).rows).toBe(1);
    expect((await openData(folder.writeGzip('b.tra.gz', '1,0\n2,1\n'))).rows).toBe(2);
    expect((await openData(folder.write('c.tsv', '1\t2\t0\n'), { label: 'first' })).labels).toEqual(Float64Array.of(1));
  });

  it('knows what a container adds, by name', async () => {
    const container = new Container();
    container.load(dataModule);
    container.bind(NamedData).toConstantValue(invented);
    const catalogue = container.get(DataCatalogue);
    expect(catalogue.named.map(({ name }) => name)).toEqual([
      'mnist',
      'mnist-test',
      'fashion-mnist',
      'fashion-mnist-test',
      'invented',
    ]);
    expect((await catalogue.open('invented')).rows).toBe(2);
  });

  it('refuses two data of one name', () => {
    expect(() => createDataCatalogue([invented, invented], [])).toThrow('Two data share the name "invented".');
  });

  it('tells the nearest known name for a mistyped one', async () => {
    await expect(openData('mnits')).rejects.toThrow(
      new UserError(
        'Unknown data "mnits". Did you mean "mnist"? Known: mnist, mnist-test, fashion-mnist, fashion-mnist-test. Or give the path of a file.',
      ),
    );
  });

  it('tells the nearest file for a missing one', async () => {
    folder.write('letters.csv', '1,0\n');
    const path = folder.path;
    await expect(openData(`${path}/leters.csv`)).rejects.toThrow(
      new UserError(`There is no file "leters.csv" in "${path}". Did you mean "letters.csv"?`),
    );
    await expect(openData(`${path}/absent/x.csv`)).rejects.toThrow(
      new UserError(`There is no folder "${path}/absent" to read "${path}/absent/x.csv" from.`),
    );
  });

  it('refuses folders, unreadable paths and unknown endings', async () => {
    await expect(openData(folder.path)).rejects.toThrow(new UserError(`"${folder.path}" is a folder, not a file.`));
    const file = folder.write('d.csv', '1,0\n');
    await expect(openData(`${file}/x.csv`)).rejects.toThrow(new UserError(`${file}/x.csv: cannot be read (ENOTDIR).`));
    const odd = folder.write('picture.png', '');
    await expect(openData(odd)).rejects.toThrow(
      new UserError(`${odd}: the ending of "picture.png" tells no known format. Known: ${endings}, each also .gz.`),
    );
  });

  it('says how to get known data that is absent', async () => {
    const lost = (path: string | undefined) =>
      installedImages({
        name: 'lost',
        description: '',
        images: 'images-idx3-ubyte',
        install: 'npm install lost-data',
        folder: () => path,
      });
    const message = 'Data "lost" is not on this machine. To get it: npm install lost-data';
    await expect(lost(undefined).open()).rejects.toThrow(new UserError(message));
    await expect(lost(folder.path).open()).rejects.toThrow(new UserError(message));
  });
});

describe('MNIST', () => {
  it('has 60,000 images to train and 10,000 to test, in ten classes', async () => {
    const [train, test] = [await openData('mnist'), await openData('mnist-test')];
    expect(train).toMatchObject({ name: 'mnist', rows: 60_000, cols: 784, shape: [28, 28, 1] });
    expect([...(train.labels as Float64Array).slice(0, 5)]).toEqual([5, 0, 4, 1, 9]);
    expect(test).toMatchObject({ name: 'mnist-test', rows: 10_000, cols: 784 });
    expect([...(test.labels as Float64Array).slice(0, 5)]).toEqual([7, 2, 1, 0, 4]);
  });
});

const fashion = '/usr/share/datasets/fashion-mnist';
const hasFashion = existsSync(fashion);

describe.skipIf(!hasFashion)(`Fashion-MNIST${hasFashion ? '' : ` (skipped: there is no folder ${fashion})`}`, () => {
  it('has 10,000 images to test, 1,000 of each class', async () => {
    const test = await openData('fashion-mnist-test');
    expect(test).toMatchObject({ name: 'fashion-mnist-test', rows: 10_000, cols: 784 });
    for (let label = 0; label < 10; label++) {
      expect((test.labels as Float64Array).filter((candidate) => candidate === label)).toHaveLength(1000);
    }
  });

  it('has 60,000 images to train', async () => {
    expect((await openData('fashion-mnist')).rows).toBe(60_000);
  });
});

if (!hasFashion) {
  it('Fashion-MNIST that is absent says how to get it', async () => {
    await expect(openData('fashion-mnist')).rejects.toThrow(
      'Data "fashion-mnist" is not on this machine. To get it: apt-get install dataset-fashion-mnist',
    );
  });
}
