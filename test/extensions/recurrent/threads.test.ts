import { describe, expect, it } from 'vitest';
import { block, zeros } from '../../../core/block.ts';
import { random } from '../../../core/random.ts';
import { residentData } from '../../../core/resident-data.ts';
import { runOnThreads, shareData, type SharedData } from '../../../extensions/threads/index.ts';
import type { TrainedOnThreads, TrainOnThreads } from '../threads/programs/train.ts';

const [steps, features] = [4, 2];

/** Sequences of 1 to 4 steps, in shared memory. */
function sequences(name: string, samples: number): SharedData {
  const stream = random(name);
  const width = steps * features;
  const x = zeros('float64', width * samples).map(() => stream.normal());
  const y = zeros('float64', samples).map((_, row) => (x[row * width + width - 1]! > 0 ? 1 : 0));
  for (let row = 1; row < samples; row++) x.fill(NaN, row * width, row * width + features * stream.integer(steps));
  return shareData(residentData(name, block(samples, width, x), block(samples, 1, y), [steps, features], true));
}

function trainOn(size: number, scheme: string): Promise<TrainedOnThreads> {
  const layers = [
    { kind: 'bidirectional', units: 3, return: 'every' },
    { kind: 'recurrent', units: 4 },
    { kind: 'dense' },
  ];
  const configuration = { network: { layers }, scheme, precision: 'float64', stop: { sweeps: 4 } } as const;
  const data: TrainOnThreads = { configuration, train: sequences('train', 101), test: sequences('test', 20) };
  const program = new URL('../threads/programs/train.ts', import.meta.url);
  return runOnThreads({ program, size, data }) as Promise<TrainedOnThreads>;
}

describe('recurrent layers on threads', () => {
  it.each(['taylor', 'nested', 'proximal'])('give by %s with two workers the weights of one', async (scheme) => {
    const [one, two] = await Promise.all([1, 2].map((size) => trainOn(size, scheme)));
    one!.weights.forEach((weights, group) => {
      const largest = Math.max(...weights.map(Math.abs));
      weights.forEach((weight, i) => expect(Math.abs(weight - two!.weights[group]![i]!) / largest).toBeLessThan(1e-6));
    });
  });
});
