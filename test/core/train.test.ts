import { describe, expect, it } from 'vitest';
import { block, holdOut, random, type Model, type Rows } from '../../core/index.ts';
import { train } from '../../index.ts';

const network = {
  layers: [{ kind: 'dense', units: 4, activation: 'relu' }, { kind: 'dense' }],
};

/** Three classes by angle, with features of very different scales. */
function angles(samples: number, seed: string) {
  const stream = random(seed);
  const x = Array.from({ length: samples }, () => [1000 + 100 * stream.normal(), stream.normal() / 50]);
  const names = ['north', 'east', 'west'];
  const y = x.map(([u, v]) => names[Math.floor((3 * (Math.PI + Math.atan2(50 * v!, (u! - 1000) / 100))) / 6.3)]!);
  return { x, y };
}

const data = angles(80, 'train');
const test = angles(40, 'test');
const given = { network, scheme: { name: 'taylor', bias: true }, stop: { sweeps: 8 } };
const fit = (more: object = {}): Promise<Model> => train({ ...given, data: { ...data, test }, ...more });

describe('a model', () => {
  it('agrees with itself: scores, predictions, evaluation and the result of its run', async () => {
    const model = await fit();
    const { rows, cols, data: scores } = model.scores(test.x);
    expect([rows, cols]).toEqual([40, 3]);
    const { classes } = model.description;
    expect(classes).toEqual(['east', 'north', 'west']);
    const predicted = model.predict(test.x);
    predicted.forEach((label, row) => {
      const own = [...scores.subarray(row * cols, (row + 1) * cols)];
      expect(label).toBe(classes[own.indexOf(Math.max(...own))]);
    });
    const right = predicted.filter((label, row) => label === test.y[row]).length;
    const score = model.evaluate(test.x, test.y);
    expect(score.accuracy).toBe(right / 40);
    expect(score.accuracy).toBe(model.result!.test!.accuracy);
    expect(score.loss).toBeCloseTo(model.result!.test!.loss, 6);
    expect(model.evaluate(data.x, data.y).accuracy).toBe(model.result!.train!.accuracy);
  });

  it('learns what can be learnt', async () => {
    const { result } = await fit({ stop: { sweeps: 30 } });
    expect(result!.train!.accuracy).toBeGreaterThan(0.8);
  });

  it('has the same bits for the same seed', async () => {
    const [first, second, third] = await Promise.all([fit({ seed: 5 }), fit({ seed: 5 }), fit({ seed: '6' })]);
    expect(second.network.weights).toEqual(first.network.weights);
    expect(third.network.weights).not.toEqual(first.network.weights);
  });

  it('standardises what it is asked as it standardised what it learnt from', async () => {
    const scaled = (x: number[][]): number[][] => x.map(([u, v]) => [u! / 1024, 64 * v!]);
    const model = await fit({ precision: 'float64' });
    const other = await train({ ...given, precision: 'float64', data: { x: scaled(data.x), y: data.y } });
    const [scores, others] = [model.scores(test.x).data, other.scores(scaled(test.x)).data];
    scores.forEach((score, i) => expect(others[i]).toBeCloseTo(score, 9));
    const plain = await fit({ data: { ...data, standardise: false } });
    expect(plain.description.preprocessing).toBeUndefined();
  });

  it('reads rows as arrays, typed arrays or a block, and leaves them alone', async () => {
    const forms = (x: number[][]): Rows[] => [
      x,
      x.map((row) => Float64Array.from(row)),
      block(x.length, 2, Float64Array.from(x.flat())),
      block(x.length, 2, Float32Array.from(x.flat())),
    ];
    const before = JSON.stringify(data.x);
    const models = await Promise.all(forms(data.x).map((x) => train({ ...given, data: { x, y: data.y } })));
    const expected = models[0]!.scores(test.x);
    for (const model of models) for (const x of forms(test.x)) expect(model.scores(x)).toEqual(expected);
    expect(JSON.stringify(data.x)).toBe(before);
    const whole = block(80, 2, Float64Array.from(data.x.flat()));
    await train({ ...given, precision: 'float64', data: { x: whole, y: data.y } });
    expect([...whole.data]).toEqual(data.x.flat());
  });

  it('says nothing of no samples', async () => {
    const model = await fit();
    expect(model.predict([])).toEqual([]);
    expect(model.scores([])).toMatchObject({ rows: 0, cols: 3 });
  });

  it('scores more samples than fit into one tile as it scores each alone', async () => {
    const model = await fit({ precision: 'float64' });
    const { x } = angles(3000, 'many');
    const scores = model.scores(x).data;
    for (const row of [0, 1023, 1024, 2999]) {
      const alone = model.scores([x[row]!]).data;
      alone.forEach((score, j) => expect(scores[3 * row + j]).toBeCloseTo(score, 12));
    }
  });

  it('refuses samples it cannot read', async () => {
    const model = await fit();
    expect(() => model.predict([[1, 2, 3]])).toThrow('The model reads 2 features per sample, the samples have 3.');
    expect(() => model.scores([[1, 2], [1]])).toThrow('The samples: row 2 has 1 numbers, the first has 2.');
    expect(() => model.scores([[1, NaN]])).toThrow('The samples: sample 1, feature 2 is NaN, not a finite number.');
    expect(() => model.scores(block2(3))).toThrow('The samples: 2 x 2 numbers are 4, got 3.');
    expect(() => model.evaluate(test.x, ['north'])).toThrow('has 40 rows of inputs, but 1 rows of targets.');
    expect(() => model.evaluate([[1, 2]], ['south'])).toThrow(
      'The labels: the label of sample 1 is south, which is none of',
    );
    expect(() => model.evaluate([], [])).toThrow('has no samples.');
  });
});

/** A block of 2 x 2 whose data has another length. */
const block2 = (length: number): Rows => ({ rows: 2, cols: 2, data: new Float64Array(length) });

describe('training on samples in memory', () => {
  const refused = (samples: object, more: object = {}): Promise<Model> =>
    train({ ...given, ...more, data: { ...data, ...samples } });

  it.each<[string, object, string]>([
    ['more labels than rows', { y: [...data.y, 'east'] }, 'data.x has 80 rows, but data.y has 81 labels.'],
    ['no samples', { x: [], y: [] }, 'data.y: there are no samples.'],
    ['one class', { y: data.y.map(() => 'east') }, 'data.y: all 80 samples are of one class, east'],
    ['rows of different lengths', { x: [...data.x.slice(1), [1]] }, 'data.x: row 80 has 1 numbers, the first has 2.'],
    ['an infinite value', { x: [[1, Infinity], ...data.x.slice(1)] }, 'data.x: sample 1, feature 2 is Infinity'],
    ['a shape that does not fit', { shape: [3] }, 'Data "data": shape 3 does not hold the 2 features of a sample.'],
    [
      'test rows without labels',
      { test: { x: test.x, y: [] } },
      'data.test.x has 40 rows, but data.test.y has 0 labels.',
    ],
    [
      'test samples of another width',
      { test: { x: [[1]], y: ['east'] } },
      'data.test.x has 1 features, but data.x has 2.',
    ],
    [
      'a share of all samples',
      { validation: 1 },
      'data.validation: the share of samples to hold out is a number between',
    ],
    [
      'validation rows without labels',
      { validation: { x: test.x, y: [] } },
      'data.validation.x has 40 rows, but data.validation.y has 0 labels.',
    ],
    [
      'a test label of no class',
      { test: { x: [[1, 1]], y: ['south'] } },
      'data.test.y: the label of sample 1 is south',
    ],
    [
      'a value that is not finite in the test data',
      { test: { x: [[1, NaN]], y: ['east'] } },
      'data.test.x: sample 1, feature 2',
    ],
  ])('is refused for %s', async (_, samples, message) => {
    await expect(refused(samples)).rejects.toThrow(message);
  });

  it('holds out a share of the samples by the seed, and trains and standardises without it', async () => {
    const model = await fit({ data: { ...data, validation: 0.25 }, precision: 'float64', keepBest: false });
    const { kept, heldOut } = holdOut(data.y, 0.25, random('1').child('validation'), 'data');
    const pick = (rows: Int32Array) => ({
      x: Array.from(rows, (i) => data.x[i]!),
      y: Array.from(rows, (i) => data.y[i]!),
    });
    expect([model.result!.samples, heldOut.length]).toEqual([60, 20]);
    const [rest, validation] = [pick(kept), pick(heldOut)];
    const expected = await train({ ...given, data: { ...rest, validation }, precision: 'float64', keepBest: false });
    expect(model.network.weights).toEqual(expected.network.weights);
    expect(model.result!.validation).toEqual(expected.result!.validation);
    expect(model.evaluate(validation.x, validation.y).accuracy).toBe(model.result!.validation!.accuracy);
    const plain = await train({ ...given, data: rest, precision: 'float64' });
    expect(model.network.weights).toEqual(plain.network.weights);
    expect(model.description.preprocessing).toEqual(plain.description.preprocessing);
  });

  it('is refused for a key that does not exist', async () => {
    await expect(refused({}, { sweeps: 3 })).rejects.toThrow('train: unknown key "sweeps".');
    await expect(refused({}, { stop: { seed: 3 } })).rejects.toThrow('train.stop: unknown key "seed".');
  });

  it('tells observers and can be interrupted', async () => {
    const heard: string[] = [];
    const observers = [{ start: () => void heard.push('start'), end: (outcome: string) => void heard.push(outcome) }];
    const model = await fit({ observers, signal: AbortSignal.abort() });
    expect([heard, model.result!.sweeps]).toEqual([['start', 'interrupted'], 1]);
  });
});
