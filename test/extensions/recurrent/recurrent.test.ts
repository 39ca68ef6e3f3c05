import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { random, type LayerConfiguration, type Model, type TrainingInput } from '../../../core/index.ts';
import { train } from '../../../index.ts';
import { naiveDense, naiveStates, type Vector } from './naive.ts';

const sizes = fc.record({
  steps: fc.integer({ min: 1, max: 4 }),
  features: fc.integer({ min: 1, max: 3 }),
  units: fc.integer({ min: 1, max: 4 }),
  samples: fc.integer({ min: 12, max: 40 }),
  seed: fc.nat(),
});

type Sizes = typeof sizes extends fc.Arbitrary<infer T> ? T : never;

/** Random sequences; the class depends on the first step and the last. */
function sequencesOf({ steps, features, samples, seed }: Sizes) {
  const stream = random(`sequences/${seed}`);
  const x = Array.from({ length: samples }, () => Array.from({ length: steps * features }, () => stream.normal()));
  return { x, y: x.map((row, i) => (i < 2 ? i : Number(row[0]! * row.at(-1)! > 0))) };
}

const cut = (row: Vector, features: number): Vector[] =>
  Array.from({ length: row.length / features }, (_, step) => row.slice(step * features, (step + 1) * features));

const schemes = ['taylor', 'taylor-feasible', 'nested', 'proximal'] as const;

interface Given {
  readonly layers: readonly LayerConfiguration[];
  readonly scheme?: TrainingInput['scheme'];
  readonly more?: Partial<TrainingInput>;
}

function trainOn(sizesGiven: Sizes, { layers, scheme = 'nested', more = {} }: Given, shuffled = false): Promise<Model> {
  const { x, y } = sequencesOf(sizesGiven);
  const order = x.map((_, i) => i);
  if (shuffled) order.reverse();
  const data = {
    x: order.map((i) => x[i]!),
    y: order.map((i) => y[i]!),
    shape: [sizesGiven.steps, sizesGiven.features],
    standardise: false,
  };
  return train({ network: { layers }, scheme, precision: 'float64', stop: { sweeps: 3 }, data, ...more });
}

/** Largest difference, relative to the largest number. */
function mustAgree(found: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  const numbers = Array.from(expected);
  const scale = 1 + Math.max(...numbers.map(Math.abs));
  numbers.forEach((value, i) => expect(Math.abs(found[i]! - value) / scale).toBeLessThanOrEqual(tolerance));
}

describe('a recurrent layer', () => {
  it.prop([sizes], { numRuns: 8 })('hands on its last state', async (given) => {
    const model = await trainOn(given, {
      layers: [
        { kind: 'recurrent', name: 'r', units: given.units },
        { kind: 'dense', name: 'out' },
      ],
    });
    const { x } = sequencesOf(given);
    const scores = model.scores(x).data;
    for (const [i, row] of x.entries()) {
      const states = naiveStates(model, 'r', cut(row, given.features));
      mustAgree(scores.subarray(i, i + 1), naiveDense(model, 'out', states.at(-1)!), 1e-9);
    }
  });

  it.prop([sizes], { numRuns: 8 })('hands on its states one by one to the layer above', async (given) => {
    const model = await trainOn(given, {
      layers: [
        { kind: 'recurrent', name: 'r', units: given.units, return: 'every' },
        { kind: 'dense-per-step', name: 'd', units: 2, activation: 'relu' },
        { kind: 'recurrent', name: 's', units: 3 },
        { kind: 'dense', name: 'out' },
      ],
    });
    const { x } = sequencesOf(given);
    const scores = model.scores(x).data;
    for (const [i, row] of x.entries()) {
      const first = naiveStates(model, 'r', cut(row, given.features));
      const between = first.map((state) => naiveDense(model, 'd', state).map((z) => Math.max(z, 0)));
      const second = naiveStates(model, 's', between);
      mustAgree(scores.subarray(i, i + 1), naiveDense(model, 'out', second.at(-1)!), 1e-9);
    }
  });

  it.prop([sizes, fc.constantFrom(...schemes)], { numRuns: 8 })(
    'of one step is a dense layer, to the last bit',
    async (given, scheme) => {
      const one = { ...given, steps: 1 };
      const layersOf = (kind: string) => [
        { kind, name: 'hidden', units: given.units, activation: 'relu' },
        { kind: 'dense', name: 'out' },
      ];
      const recurrent = await trainOn(one, { scheme, layers: layersOf('recurrent') });
      const dense = await trainOn(one, { scheme, layers: layersOf('dense') });
      expect(recurrent.network.weights).toEqual(dense.network.weights);
    },
  );

  it.prop([sizes, fc.constantFrom(...schemes.slice(1))], { numRuns: 8 })(
    'learns the same from samples in another order',
    async (given, scheme) => {
      const layers = [{ kind: 'recurrent', units: given.units }, { kind: 'dense' }];
      const found = { scheme, layers, more: { stop: { sweeps: 1 } } };
      const [one, other] = await Promise.all([trainOn(given, found), trainOn(given, found, true)]);
      const { x } = sequencesOf(given);
      mustAgree(one.scores(x).data, other.scores(x).data, 1e-6);
    },
  );
});

describe('a bidirectional layer', () => {
  it.prop([sizes], { numRuns: 8 })('hands on the state of each direction that has seen it all', async (given) => {
    const model = await trainOn(given, {
      layers: [
        { kind: 'bidirectional', name: 'b', units: given.units },
        { kind: 'dense', name: 'out' },
      ],
    });
    const { x } = sequencesOf(given);
    const scores = model.scores(x).data;
    for (const [i, row] of x.entries()) {
      const steps = cut(row, given.features);
      const forward = naiveStates(model, 'b/forward', steps).at(-1)!;
      const backward = naiveStates(model, 'b/backward', [...steps].reverse()).at(-1)!;
      mustAgree(scores.subarray(i, i + 1), naiveDense(model, 'out', [...forward, ...backward]), 1e-9);
    }
  });

  it.prop([sizes], { numRuns: 8 })('hands on both states at every step', async (given) => {
    const model = await trainOn(given, {
      layers: [
        { kind: 'bidirectional', name: 'b', units: given.units, return: 'every' },
        { kind: 'recurrent', name: 's', units: 2 },
        { kind: 'dense', name: 'out' },
      ],
    });
    const { x } = sequencesOf(given);
    const scores = model.scores(x).data;
    for (const [i, row] of x.entries()) {
      const steps = cut(row, given.features);
      const forward = naiveStates(model, 'b/forward', steps);
      const backward = naiveStates(model, 'b/backward', [...steps].reverse()).reverse();
      const both = forward.map((state, step) => [...state, ...backward[step]!]);
      mustAgree(scores.subarray(i, i + 1), naiveDense(model, 'out', naiveStates(model, 's', both).at(-1)!), 1e-9);
    }
  });
});

describe('misuse of sequences', () => {
  const given = { steps: 2, features: 2, units: 2, samples: 12, seed: 1 };
  it.each([
    [
      [{ kind: 'dense', units: 3, activation: 'relu' }, { kind: 'recurrent', units: 2 }, { kind: 'dense' }],
      'reads "dense-1" (3), which is no sequence',
    ],
    [[{ kind: 'recurrent', units: 2, return: 'every' }], 'is the last one, and a recurrent layer has no output'],
    [[{ kind: 'recurrent', units: 2, return: 'all' }, { kind: 'dense' }], 'return'],
  ])('is told: %j', async (layers, message) => {
    await expect(trainOn(given, { layers })).rejects.toThrow(message);
  });
});
