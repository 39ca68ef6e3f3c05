import { describe, expect, it } from 'vitest';
import { activationsModule } from '../../../activations/module.ts';
import { catalogue, createContainer, type Catalogue } from '../../../core/container.ts';
import type { Model } from '../../../core/model.ts';
import { random } from '../../../core/random.ts';
import { trainOn, type TrainInput } from '../../../core/train.ts';
import { Trainer } from '../../../core/trainer.ts';
import { convModule } from '../../../extensions/conv/index.ts';
import { mlMatrix, mlMatrixModule } from '../../../extensions/ml-matrix/index.ts';
import { wasmModule } from '../../../extensions/wasm/index.ts';
import { layersModule } from '../../../layers/module.ts';

const modules = [activationsModule, layersModule, mlMatrixModule, wasmModule(mlMatrix), convModule];
const all: Catalogue = catalogue(createContainer(...modules));
const train = (input: TrainInput): Promise<Model> => trainOn(new Trainer(all), input);

/** Images of 8 x 8: a bright bar, upright or lying, somewhere. No linear map tells them apart. */
function bars(samples: number): { x: number[][]; y: string[] } {
  const stream = random('bars');
  const y = Array.from({ length: samples }, (_, i) => (i % 2 === 0 ? 'upright' : 'lying'));
  const x = y.map((label) => {
    const at = [stream.integer(8), stream.integer(5)] as const;
    const image = Array.from({ length: 64 }, () => 0.1 * stream.normal());
    for (let i = 0; i < 4; i++) image[label === 'upright' ? (at[1] + i) * 8 + at[0] : at[0] * 8 + at[1] + i]! += 1;
    return image;
  });
  return { x, y };
}

type Layers = TrainInput['network']['layers'];

const nets: Readonly<Record<string, Layers>> = {
  strided: [{ kind: 'conv2d', filters: 6, kernel: 3, stride: 2, activation: 'relu' }, { kind: 'dense' }],
  'pooled within, and by means': [
    { kind: 'conv2d', filters: 6, kernel: 3, padding: 'same', activation: 'relu', pool: 2 },
    { kind: 'average-pool', size: 2 },
    { kind: 'flatten' },
    { kind: 'dense' },
  ],
  'pooled apart': [
    { kind: 'conv2d', filters: 6, kernel: 3, padding: 'circular', activation: 'tanh' },
    { kind: 'max-pool', size: 4 },
    { kind: 'dense' },
  ],
  residual: [
    { kind: 'conv2d', name: 'stem', filters: 4, kernel: 3, padding: 'same', activation: 'relu' },
    { kind: 'conv2d', name: 'inner', filters: 4, kernel: 3, padding: 'same', activation: 'relu' },
    { kind: 'conv2d', name: 'branch', filters: 4, kernel: 3, padding: 'same', activation: 'identity' },
    { kind: 'add', from: ['branch', 'stem'], activation: 'relu' },
    { kind: 'average-pool', size: 2 },
    { kind: 'dense' },
  ],
};

const schemes: readonly { readonly name: string; readonly [option: string]: unknown }[] = [
  { name: 'nested', ridge: 0.01 },
  { name: 'nested', ridge: 0.01, chunk: 50 },
  { name: 'taylor-feasible' },
  { name: 'proximal' },
];

describe.each(Object.entries(nets))('a convolutional network, %s,', (_, layers) => {
  it.each(schemes)('learns under $name', async (scheme) => {
    const { x, y } = bars(300);
    const model = await train({
      network: { layers, loss: 'squared' },
      scheme,
      stop: { sweeps: 12 },
      data: { x, y, shape: [8, 8], standardise: false },
      linearAlgebra: 'wasm',
    });
    expect(model.result?.outcome).toBe('finished');
    // A linear map gets half of new images right.
    const fresh = bars(400);
    const right = model.predict(fresh.x.slice(300)).filter((label, i) => label === fresh.y[300 + i]).length;
    expect(right).toBeGreaterThan(scheme.name === 'nested' ? 80 : 60);
  });
});

describe('a convolutional network', () => {
  it.each(['wasm', 'ml-matrix'])('comes out the same on %s', async (linearAlgebra) => {
    const { x, y } = bars(60);
    const run = async (name: string): Promise<number> => {
      const model = await train({
        network: { layers: nets['residual']!, loss: 'squared' },
        scheme: { name: 'nested' },
        precision: 'float64',
        stop: { sweeps: 3 },
        data: { x, y, shape: [8, 8] },
        linearAlgebra: name,
      });
      return model.result!.train!.loss;
    };
    expect(await run(linearAlgebra)).toBeCloseTo(await run('ml-matrix'), 8);
  });

  it('reads channels first as it reads them last', async () => {
    const { x, y } = bars(80);
    const two = x.map((image) => [...image, ...image.map((value) => 2 * value)]);
    const last = x.map((image) => image.flatMap((value) => [value, 2 * value]));
    const loss = async (images: number[][], shape: number[], channels: string): Promise<number> => {
      const layers = [{ kind: 'conv2d', filters: 4, kernel: 3, activation: 'relu', channels }, { kind: 'dense' }];
      const scheme = { name: 'nested' };
      const input = {
        network: { layers, loss: 'squared' },
        scheme,
        stop: { sweeps: 3 },
        precision: 'float64' as const,
      };
      return (await train({ ...input, data: { x: images, y, shape } })).result!.train!.loss;
    };
    const first = await loss(two, [2, 8, 8], 'first');
    expect(first).toBeCloseTo(await loss(last, [8, 8, 2], 'last'), 10);
  });

  it('reads sequences with kind: conv1d', async () => {
    const { x, y } = bars(200);
    const layers = [
      { kind: 'conv1d', filters: 8, kernel: 4, stride: 2, activation: 'relu', pool: 2 },
      { kind: 'max-pool', size: 2 },
      { kind: 'dense' },
    ];
    const model = await train({
      network: { layers, loss: 'squared' },
      stop: { sweeps: 5 },
      data: { x, y, shape: [32, 2] },
    });
    expect(model.result?.outcome).toBe('finished');
  });

  it.each([
    [[{ kind: 'conv2d', filters: 2, kernel: 3, activation: 'relu' }], [64], 'laid out as 64: give the data a layout'],
    [[{ kind: 'conv1d', filters: 2, kernel: 3, activation: 'relu' }], [8, 8, 1], 'use kind: conv2d'],
    [[{ kind: 'conv2d', filters: 2, kernel: 3 }], [8, 8], 'needs an `activation`'],
    [[{ kind: 'conv2d', filters: 2, kernel: 9, activation: 'relu' }], [8, 8], 'does not fit into 8 x 8'],
    [[{ kind: 'conv2d', filters: 2, kernel: 3, activation: 'tanh', pool: 2 }], [8, 8], 'in a layer of its own'],
    [[{ kind: 'max-pool', size: 9 }], [8, 8, 1], 'A pool of 9 x 9 does not fit'],
    [
      [
        { kind: 'conv2d', name: 'c', filters: 2, kernel: 3, activation: 'relu' },
        { kind: 'add', from: ['c', 'input'] },
      ],
      [8, 8],
      'adds "c", which has 72 features, and "input", which has 64',
    ],
  ])('says what is wrong with %j', async (hidden, shape, message) => {
    const { x, y } = bars(4);
    const layers = [...hidden, { kind: 'dense' }];
    await expect(train({ network: { layers, loss: 'squared' }, data: { x, y, shape } })).rejects.toThrow(message);
  });

  it.each(['conv2d', 'max-pool', 'average-pool', 'flatten', 'add'])('does not end in kind: %s', async (kind) => {
    const { x, y } = bars(4);
    const more = kind === 'conv2d' ? { filters: 2, kernel: 3, activation: 'relu' } : {};
    const layers = [
      { kind: 'conv2d', filters: 1, kernel: 3, activation: 'relu' },
      { kind, ...more },
    ];
    const run = train({ network: { layers, loss: 'squared' }, data: { x, y, shape: [8, 8] } });
    await expect(run).rejects.toThrow('is the last one');
  });
});
