import { catalogue, createContainer, defaultModules, random, train, type TrainInput } from 'nograd';
import { activationLaws, layerLaws, outputLaws, schemeLaws } from 'nograd/laws';
import { describe, expect, it } from 'vitest';
import { absoluteError } from './absolute-error.ts';
import { alternating } from './alternating.ts';
import { Diary } from './diary.ts';
import { plugIns } from './module.ts';
import { ScaleLayer } from './scale.ts';
import { softsign } from './softsign.ts';
import { twoSlope } from './two-slope.ts';

describe('an activation of pieces', () => activationLaws(twoSlope));
describe('an activation that searches', () => activationLaws(softsign));
describe('a loss', () => outputLaws(absoluteError));
describe('a layer', () => layerLaws(() => new ScaleLayer(4)));
describe('a scheme', () => schemeLaws(alternating, catalogue(createContainer(...defaultModules))));

const network = {
  layers: [
    { kind: 'dense', units: 6, activation: 'two-slope' },
    { kind: 'scale', activation: 'softsign' },
    { kind: 'dense' },
  ],
  loss: 'absolute-error',
};

/** Two classes that no line separates: inside and outside a circle. */
function circle(samples: number) {
  const stream = random('circle');
  const x = Array.from({ length: samples }, () => [stream.normal(), stream.normal()]);
  return { x, y: x.map(([u, v]) => (u! ** 2 + v! ** 2 < 1.4 ? 'inside' : 'outside')) };
}

describe('plug-ins in files of their own', () => {
  const data = circle(80);
  const given: TrainInput = { network, precision: 'float64', stop: { sweeps: 4 }, data };

  it.each(['taylor', 'alternating'])('work together under the scheme %s', async (scheme) => {
    const diary = new Diary();
    const model = await train({ ...given, scheme }, plugIns(diary));
    expect(model.result).toMatchObject({ scheme, outcome: 'finished', sweeps: 4 });
    expect(diary.lines).toEqual([
      '80 samples, nodes dense-1, scale-2, dense-3',
      ...[1, 2, 3, 4].map((sweep) => `sweep ${sweep}, 3 nodes`),
      'finished after sweep 4',
    ]);
    expect(model.evaluate(data.x, data.y).accuracy).toBe(model.result!.train!.accuracy);
  });

  it('learn a circle', async () => {
    const { result } = await train({ ...given, scheme: 'alternating', seed: 3, stop: { sweeps: 40 } }, plugIns({}));
    expect(result!.best!.accuracy).toBeGreaterThan(0.8);
  });

  it('are unknown without their module, and told beside the names that exist', async () => {
    await expect(train(given)).rejects.toThrow('Unknown layer kind "scale". Known: dense');
    const misspelt = { ...network, loss: 'absolut-error' };
    await expect(train({ ...given, network: misspelt }, plugIns({}))).rejects.toThrow(
      'Unknown loss "absolut-error". Did you mean "absolute-error"? Known: squared, hinge, absolute-error.',
    );
  });

  it('are checked as their options say', async () => {
    const scheme = { name: 'alternating', penalty: 0 };
    await expect(train({ ...given, scheme }, plugIns({}))).rejects.toThrow(
      'scheme "alternating".penalty: Too small: expected number to be >0.',
    );
    const layers = [{ kind: 'scale', activaton: 'relu' }, { kind: 'dense' }];
    await expect(train({ ...given, network: { layers } }, plugIns({}))).rejects.toThrow(
      'network.layers[0] (scale-1): unknown key "activaton". Did you mean "activation"? Known: activation.',
    );
  });
});
