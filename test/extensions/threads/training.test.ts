import { describe, expect, it } from 'vitest';
import { block, zeros, type Block, type Precision } from '../../../core/block.ts';
import { UserError } from '../../../core/errors.ts';
import type { SweepRecord } from '../../../core/observer.ts';
import { random } from '../../../core/random.ts';
import { residentData } from '../../../core/resident-data.ts';
import type { TrainingInput } from '../../../core/run-configuration.ts';
import {
  openSharedData,
  runOnThreads,
  shareBlock,
  shareData,
  type SharedData,
  type ThreadRun,
} from '../../../extensions/threads/index.ts';
import type { TrainedOnThreads, TrainOnThreads } from './programs/train.ts';

/** Points inside and outside a circle, in shared memory. */
function circle(name: string, samples: number, precision: Precision): SharedData {
  const stream = random(name);
  const x = zeros(precision, 2 * samples).map(() => stream.normal());
  const y = zeros(precision, samples).map((_, row) => (x[2 * row]! ** 2 + x[2 * row + 1]! ** 2 < 1.4 ? 1 : 0));
  return shareData(residentData(name, block(samples, 2, x), block(samples, 1, y)));
}

const layers = [
  { kind: 'dense', units: 6, activation: 'relu' },
  { kind: 'dense', units: 4, activation: 'relu' },
  { kind: 'dense' },
];

type Given = Partial<TrainingInput> & { readonly samples?: number };

function trainOn(size: number, { samples = 301, ...given }: Given = {}, hooks: Partial<ThreadRun> = {}) {
  const configuration = { network: { layers }, precision: 'float64', stop: { sweeps: 12 }, ...given } as const;
  const { precision } = configuration;
  const data: TrainOnThreads = {
    configuration,
    train: circle('train', samples, precision),
    test: circle('test', 50, precision),
  };
  const program = new URL('./programs/train.ts', import.meta.url);
  return runOnThreads({ program, size, data, ...hooks }) as Promise<TrainedOnThreads>;
}

/** The largest difference of two sets of weights, relative to the largest weight. */
function difference(a: readonly Block['data'][], b: readonly Block['data'][]): number {
  const [first, second] = [a, b].map((all) => all.flatMap((weights) => [...weights]));
  const largest = Math.max(...first!.map(Math.abs));
  return Math.max(...first!.map((weight, i) => Math.abs(weight - second![i]!))) / largest;
}

describe('training on threads', () => {
  // The steps of the nested scheme are measured, and what they are divided by can be small.
  it.each([
    ['taylor', 'float64', 1e-9],
    ['taylor', 'float32', 1e-4],
    ['nested', 'float64', 1e-9],
    ['nested', 'float32', 1e-2],
  ] as const)('gives by %s with several workers the weights of one in %s, to %d', async (scheme, precision, bound) => {
    const [one, ...more] = await Promise.all([1, 2, 3].map((size) => trainOn(size, { scheme, precision })));
    for (const [index, many] of more.entries()) {
      expect(difference(one!.weights, many.weights)).toBeLessThan(bound);
      expect(many.predicted).toEqual(one!.predicted);
      expect(many.result).toMatchObject({ ranks: index + 2, samples: 301, sweeps: 12, outcome: 'finished' });
    }
  });

  it('gives with the same number of workers the same bits', async () => {
    const [first, second] = await Promise.all([trainOn(2), trainOn(2)]);
    expect(second.weights).toEqual(first.weights);
  });

  it('refuses more workers than samples', async () => {
    const error = await trainOn(2, { samples: 1 }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toHaveProperty(
      'message',
      'Data "train" has fewer samples (1) than there are ranks (2): use at most 1.',
    );
  });

  it('posts a record a sweep, and ends after the sweep in which the signal of the main thread comes', async () => {
    const controller = new AbortController();
    const sweeps: number[] = [];
    const onMessage = (record: unknown): void => {
      sweeps.push((record as SweepRecord).sweep);
      if (sweeps.length === 3) controller.abort();
    };
    const hooks = { onMessage, signal: controller.signal };
    const { result } = await trainOn(2, { stop: { sweeps: 1_000_000 } }, hooks);
    expect(result.outcome).toBe('interrupted');
    expect(sweeps).toEqual(Array.from({ length: result.sweeps }, (_, index) => index + 1));
  });
});

describe('a block', () => {
  it.each([Float32Array, Float64Array])('is shared by a copy, and then as it is', (kind) => {
    const given = block(2, 3, kind.of(1, 2, 3, 4, 5, 6));
    const shared = shareBlock(given);
    expect(shared).toEqual(given);
    expect(shared.data.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(shareBlock(shared)).toBe(shared);
  });

  it('in shared memory is given to the engine without a copy', () => {
    const shared = circle('train', 10, 'float32');
    const { x, y } = openSharedData(shared).shard(0, 1, 10).tile(0);
    expect(x.data.buffer).toBe(shared.x.data.buffer);
    expect(y.data.buffer).toBe(shared.y.data.buffer);
  });
});
