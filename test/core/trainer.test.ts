import { ContainerModule } from 'inversify';
import { describe, expect, it } from 'vitest';
import {
  ActivationSolver,
  block,
  checkTraining,
  LinearAlgebraBackend,
  Observer,
  remedies,
  residentData,
  type SweepRecord,
  type TrainingInput,
} from '../../core/index.ts';
import { createTrainer, relu } from '../../index.ts';
import { circle, network } from '../support/circle.ts';

const run = (given: Partial<TrainingInput>, data = circle(), trainer = createTrainer()) =>
  trainer.train(
    checkTraining('train', { network, scheme: 'taylor', precision: 'float64', stop: { sweeps: 5 }, ...given }),
    data,
  );

/** ReLU that gives NaN from some sweep on, which it counts by hearing of every sweep. */
function breaksInSweep(broken: number): ContainerModule {
  let sweeps = 0;
  return new ContainerModule(({ bind }) => {
    bind(Observer).toConstantValue({
      sweep() {
        sweeps++;
      },
    });
    bind(ActivationSolver).toConstantValue({
      name: 'fragile',
      gap: 0,
      solve: (a, m, penalty, z) => relu.solve(a, m, penalty, z),
      apply(z, out) {
        relu.apply(z, out);
        if (sweeps + 1 >= broken) out.fill(NaN);
      },
    });
  });
}

const fragile = { layers: [{ ...network.layers[0]!, activation: 'fragile' }, network.layers[1]!], loss: 'hinge' };

describe('a training run', () => {
  it('gives the same bits for the same seed, and others for another', async () => {
    const weights = await Promise.all([1, 1, 2].map(async (seed) => (await run({ seed })).model.network.weights));
    expect(weights[1]).toEqual(weights[0]);
    expect(weights[2]).not.toEqual(weights[0]);
  });

  it('says in its result what was run and how it ended', async () => {
    const { result, end } = await run({ seed: 'seven', linearAlgebra: 'ml-matrix' });
    expect(result).toEqual({
      scheme: 'taylor',
      sweeps: 5,
      outcome: 'finished',
      reason: '5 sweeps done',
      seconds: end.last!.totalSeconds,
      train: end.last!.train,
      best: end.best,
      samples: 60,
      ranks: 1,
      linearAlgebra: 'ml-matrix',
      seed: 'seven',
    });
  });

  it('agrees with itself to rounding on any linear algebra and tile size', async () => {
    const given = [{}, { linearAlgebra: 'ml-matrix' }, { linearAlgebra: 'typed-arrays' }, { tileRows: 7 }];
    const losses = await Promise.all(given.map(async (each) => (await run(each)).result.train!.loss));
    for (const loss of losses) expect(loss).toBeCloseTo(losses[0]!, 9);
  });

  it('tells the observers of its modules first, then those of the call', async () => {
    const heard: string[] = [];
    const observer = (name: string): Observer => ({ sweep: ({ sweep }) => void heard.push(`${name} ${sweep}`) });
    const module = new ContainerModule(({ bind }) => void bind(Observer).toConstantValue(observer('module')));
    const configuration = checkTraining('train', { network, stop: { sweeps: 2 } });
    await createTrainer(module).train(configuration, circle(), { observers: [observer('call')] });
    expect(heard).toEqual(['module 1', 'call 1', 'module 2', 'call 2']);
  });

  it('tells observers what it is about to do', async () => {
    const starts: unknown[] = [];
    const observers: Observer[] = [
      {
        start: ({ samples, validationSamples, testSamples, sweeps }) =>
          void starts.push([samples, validationSamples, testSamples, sweeps]),
      },
    ];
    const data = { ...circle(), test: circle(9).train };
    await createTrainer().train(checkTraining('train', { network, stop: { sweeps: 1 } }), data, { observers });
    expect(starts).toEqual([[60, 0, 9, 1]]);
  });

  it('refuses test data of another size, naming both', async () => {
    const wider = residentData('wide', block(2, 3, new Float32Array(6)), block(2, 1, new Float32Array(2)));
    const training = createTrainer().train(checkTraining('train', { network }), { ...circle(), test: wider });
    await expect(training).rejects.toThrow(
      /^Data "wide" has 3 features and 1 targets per sample, but ".+" has 2 features and 1 targets\.$/,
    );
  });

  it('can be interrupted, and keeps the weights of the sweep at hand', async () => {
    const controller = new AbortController();
    const observers: Observer[] = [{ sweep: ({ sweep }) => (sweep === 3 ? controller.abort() : undefined) }];
    const configuration = checkTraining('train', {
      network,
      scheme: 'taylor',
      precision: 'float64',
      stop: { sweeps: 9 },
    });
    const { result, model } = await createTrainer().train(configuration, circle(), {
      observers,
      signal: controller.signal,
    });
    expect(result).toMatchObject({ outcome: 'interrupted', sweeps: 3 });
    expect(model.network.weights).toEqual((await run({ stop: { sweeps: 3 } })).model.network.weights);
  });

  it('holds the weights of the lowest training loss when asked to keep the best', async () => {
    const records: SweepRecord[] = [];
    const observers: Observer[] = [{ sweep: (record) => void records.push(record) }];
    const scheme = { name: 'taylor', keepBest: true, warmSweeps: 0, bias: true };
    const configuration = checkTraining('train', { network, scheme, precision: 'float64', stop: { sweeps: 12 } });
    const { result, end, model } = await createTrainer().train(configuration, circle(), { observers });
    const best = records.reduce((kept, record) => (record.train.loss < kept.train.loss ? record : kept));
    expect(best.sweep).not.toBe(12);
    expect([end.kept, result.train]).toEqual([best, best.train]);
    const { x, y } = circle().train.shard(0, 1, 60).tile(0);
    const labels = Array.from(y.data, (target) => (target === 1 ? 'inside' : 'outside'));
    const score = model.evaluate(x, labels);
    expect(score.accuracy).toBe(best.train.accuracy);
    expect(score.loss).toBeCloseTo(best.train.loss, 9);
  });

  it('that turns non-finite names node and sweep, says what to try, and keeps its last good weights', async () => {
    const { result, model, end } = await run({ network: fragile }, circle(), createTrainer(breaksInSweep(3)));
    expect(result).toMatchObject({ outcome: 'non-finite', sweeps: 2 });
    expect(result.reason).toMatch(/^sweep 3, .*"dense-[12]"/);
    expect(result.reason).toContain(remedies['non-finite']);
    expect(end.failure?.outcome).toBe('non-finite');
    const good = await run({ stop: { sweeps: 2 } });
    expect(model.network.weights).toEqual(good.model.network.weights);
    expect(result.train).toEqual(good.result.train);
  });

  it('that fails at once has no scores, and weights of zero', async () => {
    const { result, model } = await run({ network: fragile }, circle(), createTrainer(breaksInSweep(1)));
    expect(result).toMatchObject({ outcome: 'non-finite', sweeps: 0, seconds: 0 });
    expect([result.train, result.test, result.best]).toEqual([undefined, undefined, undefined]);
    expect(model.network.weights.every((weights) => weights.every((w) => w === 0))).toBe(true);
  });

  it('trains several hidden layers, branches and several outputs of a target row', async () => {
    const layers = [
      { kind: 'dense', name: 'a', units: 3, activation: 'relu' },
      { kind: 'dense', name: 'b', units: 2, activation: 'hard-sigmoid', from: 'input' },
      { kind: 'dense', name: 'c', units: 3, activation: 'absolute', from: ['a', 'b', 'input'] },
      { kind: 'dense', from: ['c', 'a'] },
    ];
    const { result, model } = await run({ network: { layers, loss: 'squared' } }, circle(60, 3));
    expect(result.outcome).toBe('finished');
    expect(model.network.graph.nodes.map(({ layer }) => [layer.inputs, layer.outputs])).toEqual([
      [2, 3],
      [2, 2],
      [7, 3],
      [6, 3],
    ]);
  });
});

describe('a training run is refused before it starts', () => {
  const dense = (more: object): object => ({
    layers: [{ kind: 'dense', units: 2, activation: 'relu', ...more }, { kind: 'dense' }],
  });

  it.each<[string, object, string]>([
    [
      'an activation',
      { network: dense({ activation: 'rleu' }) },
      'Unknown activation "rleu". Did you mean "relu"? Known: identity, relu,',
    ],
    ['a loss', { network: { ...network, loss: 'hinje' } }, 'Unknown loss "hinje". Did you mean "hinge"? Known:'],
    [
      'a scheme',
      { scheme: 'tailor' },
      'Unknown scheme "tailor". Did you mean "taylor"? Known: nested, taylor, taylor-feasible, proximal.',
    ],
    [
      'a layer kind',
      { network: dense({ kind: 'dens' }) },
      'Unknown layer kind "dens". Did you mean "dense"? Known: dense',
    ],
    [
      'a linear algebra',
      { linearAlgebra: 'typed-array' },
      'Unknown linear algebra "typed-array". Did you mean "typed-arrays"?',
    ],
    [
      'a layer to read',
      { network: dense({ name: 'hidden', from: 'imput' }) },
      'Unknown node "imput". Did you mean "input"?',
    ],
    [
      'an option of a scheme',
      { scheme: { name: 'taylor', gama: 1 } },
      'scheme "taylor": unknown key "gama". Did you mean "gamma"?',
    ],
    [
      'an option of a layer',
      { network: dense({ unit: 2 }) },
      'network.layers[0] (dense-1): unknown key "unit". Did you mean "units"?',
    ],
    [
      'an initialiser',
      { scheme: { name: 'taylor', start: 'feasible', initialiser: 'hee' } },
      'Unknown initialiser "hee". Did you mean "he"?',
    ],
  ])('for the name of %s that does not exist', async (_, given, message) => {
    await expect(run(given)).rejects.toThrow(message);
    expect(() => createTrainer().check(checkTraining('train', { network, ...given }), circle().train)).toThrow(message);
  });

  it.each<[string, object, string]>([
    [
      'a negative penalty',
      { scheme: { name: 'taylor', beta: -1 } },
      'scheme "taylor".beta: Too small: expected number to be >0.',
    ],
    [
      'an activation that is no name',
      { network: dense({ activation: 3 }) },
      'An activation is a name or an object, got 3.',
    ],
    [
      'an activation of no known family',
      { network: dense({ activation: { table: [] } }) },
      'An activation object needs one of these keys: pieces. Got: table.',
    ],
    [
      'a last layer of the wrong size',
      { network: { layers: [{ kind: 'dense', units: 3 }] } },
      'Layer "dense-1" is the last one and has 3 units, but the targets have 1',
    ],
    [
      'two layers of one name',
      { network: { layers: [{ ...network.layers[0], name: 'dense-2' }, { kind: 'dense' }] } },
      'The name "dense-2" is used twice in the network.',
    ],
    [
      'a layer that nothing reads',
      { network: { layers: [network.layers[0], { kind: 'dense', from: 'input' }] } },
      'Nothing reads node "dense-1"',
    ],
  ])('for %s', async (_, given, message) => {
    await expect(run(given)).rejects.toThrow(message);
  });

  it('for a linear algebra that this machine does not have', async () => {
    const absent = { name: 'absent', preference: 99, load: () => 'there is no such library. Install it.' };
    const module = new ContainerModule(({ bind }) => void bind(LinearAlgebraBackend).toConstantValue(absent));
    await expect(run({ linearAlgebra: 'absent' }, circle(), createTrainer(module))).rejects.toThrow(
      'Linear algebra "absent" is not available: there is no such library. Install it.',
    );
    const { result } = await run({}, circle(), createTrainer(module));
    expect(result.linearAlgebra).not.toBe('absent');
  });

  it('for two modules that bind the same name', () => {
    const twice = new ContainerModule(({ bind }) => void bind(ActivationSolver).toConstantValue(relu));
    expect(() => createTrainer(twice)).toThrow(
      'Two modules bind the activation "relu": leave one of them out, or rename it.',
    );
  });
});

describe('a model that is loaded', () => {
  it('computes what the trained one computed', async () => {
    const trainer = createTrainer();
    const { model } = await run({ precision: 'float32' });
    const loaded = trainer.load(model.description, model.network.copyWeights());
    const { x } = circle().train.shard(0, 1, 60).tile(0);
    expect(loaded.scores(x)).toEqual(model.scores(x));
    expect(loaded.result).toBeUndefined();
  });

  it('must have weights of the right sizes', async () => {
    const { model } = await run({});
    const [first, second] = model.network.copyWeights();
    expect(() => createTrainer().load(model.description, [first!, second!.slice(1)])).toThrow(
      'The model\'s weights "dense-2" need 4 numbers, found 3.',
    );
    expect(() => createTrainer().load(model.description, [first!])).toThrow(
      'The model\'s weights "dense-2" need 4 numbers, found none.',
    );
  });
});
