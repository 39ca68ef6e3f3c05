import { describe, expect, it } from 'vitest';
import { block, zeros, type Block, type Precision } from '../../../core/block.ts';
import { random } from '../../../core/random.ts';
import { residentData } from '../../../core/resident-data.ts';
import { runOnThreads, shareData, type SharedData } from '../../../extensions/threads/index.ts';
import type { TrainedOnThreads, TrainOnThreads } from './programs/train.ts';

/** Points inside and outside a circle, in shared memory. */
function circle(name: string, samples: number, precision: Precision): SharedData {
  const stream = random(name);
  const x = zeros(precision, 2 * samples).map(() => stream.normal());
  const y = zeros(precision, samples).map((_, row) => (x[2 * row]! ** 2 + x[2 * row + 1]! ** 2 < 1.4 ? 1 : 0));
  return shareData(residentData(name, block(samples, 2, x), block(samples, 1, y)));
}

function trainOn(size: number, precision: Precision): Promise<TrainedOnThreads> {
  const layers = [{ kind: 'dense', units: 6, activation: 'relu' }, { kind: 'dense' }];
  const data: TrainOnThreads = {
    configuration: {
      network: { layers, loss: 'squared' },
      scheme: { name: 'nested', chunk: 40 },
      precision,
      stop: { sweeps: 4 },
    },
    train: circle('train', 301, precision),
    test: circle('test', 50, precision),
  };
  const program = new URL('./programs/train.ts', import.meta.url);
  return runOnThreads({ program, size, data }) as Promise<TrainedOnThreads>;
}

/** The largest difference of two sets of weights, relative to the largest weight. */
function difference(a: readonly Block['data'][], b: readonly Block['data'][]): number {
  const [first, second] = [a, b].map((all) => all.flatMap((weights) => [...weights]));
  const largest = Math.max(...first!.map(Math.abs));
  return Math.max(...first!.map((weight, i) => Math.abs(weight - second![i]!))) / largest;
}

describe('the streaming form on threads', () => {
  it.each([
    ['float64', 1e-9],
    ['float32', 1e-3],
  ] as const)('gives with several workers the weights of one in %s, to %d', async (precision, bound) => {
    const [one, ...more] = await Promise.all([1, 2, 3].map((size) => trainOn(size, precision)));
    for (const many of more) expect(difference(one!.weights, many.weights)).toBeLessThan(bound);
  });
});
