import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { random, type LayerConfiguration, type Model } from '../../../core/index.ts';
import { train } from '../../../index.ts';
import { naiveDense, naiveStates, type Vector } from './naive.ts';

const features = 2;

const sizes = fc.record({
  steps: fc.integer({ min: 2, max: 4 }),
  units: fc.integer({ min: 1, max: 3 }),
  samples: fc.integer({ min: 12, max: 30 }),
  seed: fc.nat(),
});

type Sizes = typeof sizes extends fc.Arbitrary<infer T> ? T : never;

/** Sequences of 1 to `steps` steps; the class depends on the last one. */
function sequencesOf({ steps, samples, seed }: Sizes): { readonly sequences: Vector[][]; readonly y: number[] } {
  const stream = random(`ragged/${seed}`);
  const step = (): Vector => Array.from({ length: features }, () => stream.normal());
  const sequences = Array.from({ length: samples }, (_, i) => {
    return Array.from({ length: i === 0 ? steps : 1 + stream.integer(steps) }, step);
  });
  return { sequences, y: sequences.map((each, i) => (i < 2 ? i : Number(each.at(-1)![0]! > 0))) };
}

/** As rows of so many steps: NaN where a sequence has none. */
const rowsOf = (sequences: readonly Vector[][], steps: number): number[][] =>
  sequences.map((each) => {
    const absent = Array.from({ length: (steps - each.length) * features }, () => NaN);
    return [...absent, ...each.flat()];
  });

function trainOn(given: Sizes, layers: readonly LayerConfiguration[], more: object = {}, steps = given.steps) {
  const { sequences, y } = sequencesOf(given);
  const data = { x: rowsOf(sequences, steps), y, shape: [steps, features] };
  return train({ network: { layers }, precision: 'float64', stop: { sweeps: 2 }, data, ...more });
}

/** What the model does to its inputs first, the same for every step. */
function standardised({ description }: Model, sequence: readonly Vector[]): Vector[] {
  const { mean, scale } = description.preprocessing!;
  return sequence.map((step) => step.map((value, i) => (value - mean[i]!) * scale[i]!));
}

function mustAgree(found: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  const numbers = Array.from(expected);
  const scale = 1 + Math.max(...numbers.map(Math.abs));
  expect(found.length).toBe(numbers.length);
  numbers.forEach((value, i) => expect(Math.abs(found[i]! - value) / scale).toBeLessThanOrEqual(tolerance));
}

const kinds = ['recurrent', 'bidirectional'] as const;
const schemes = ['taylor-feasible', 'nested', 'proximal', { name: 'nested', chunk: 10 }] as const;

describe('sequences of different lengths', () => {
  it.prop([sizes, fc.constantFrom(...schemes), fc.constantFrom(...kinds)], { numRuns: 12 })(
    'are the same with more absent steps in front',
    async (given, scheme, kind) => {
      const layers = [{ kind, name: 'r', units: given.units, return: 'every' }, { kind, units: 2 }, { kind: 'dense' }];
      const [short, long] = await Promise.all([
        trainOn(given, layers, { scheme }),
        trainOn(given, layers, { scheme }, given.steps + 2),
      ]);
      short.network.weights.forEach((weights, group) => mustAgree(long.network.weights[group]!, weights, 1e-6));
    },
  );

  it.prop([sizes, fc.constantFrom('taylor', ...schemes)], { numRuns: 8 })(
    'end in the states of their own steps alone, read in either direction',
    async (given, scheme) => {
      const layers = [
        { kind: 'bidirectional', name: 'b', units: given.units },
        { kind: 'dense', name: 'out' },
      ];
      const model = await trainOn(given, layers, { scheme });
      const { sequences } = sequencesOf(given);
      const scores = model.scores(rowsOf(sequences, given.steps)).data;
      sequences.forEach((sequence, i) => {
        const steps = standardised(model, sequence);
        const forward = naiveStates(model, 'b/forward', steps).at(-1)!;
        const backward = naiveStates(model, 'b/backward', [...steps].reverse()).at(-1)!;
        mustAgree(scores.subarray(i, i + 1), naiveDense(model, 'out', [...forward, ...backward]), 1e-9);
      });
    },
  );

  it('are refused with a gap, by sample and feature', async () => {
    const given = { steps: 3, units: 2, samples: 12, seed: 1 };
    const { sequences, y } = sequencesOf(given);
    const x = rowsOf(sequences, 3);
    x[3] = [1, 2, 3, NaN, 5, 6];
    const run = train({
      network: { layers: [{ kind: 'recurrent', units: 2 }, { kind: 'dense' }] },
      data: { x, y, shape: [3, features] },
    });
    await expect(run).rejects.toThrow('data.x: sample 4, feature 4 is NaN, not a finite number.');
  });

  it('are no food for a dense layer', async () => {
    const given = { steps: 3, units: 2, samples: 12, seed: 1 };
    const layers = [{ kind: 'dense', units: 2, activation: 'relu' }, { kind: 'dense' }];
    await expect(trainOn(given, layers)).rejects.toThrow('reads "input", whose steps are absent from some samples');
  });
});
