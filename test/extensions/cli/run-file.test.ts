import { describe, expect, it } from 'vitest';
import { readRunFile } from '../../../extensions/cli/index.ts';
import { folderOf, runFile, workplace } from './support/cli.ts';

const read = async (...assignments: string[]) => (await readRunFile(workplace()('run.yaml'), assignments)).run;

describe('a run file', () => {
  it('has defaults for all but data and network', async () => {
    const at = folderOf({ 'run.yaml': 'data: { train: x.csv }\nnetwork: { layers: [{ kind: dense }] }\n' });
    expect((await readRunFile(at('run.yaml'))).run).toEqual({
      data: { train: 'x.csv', standardise: true, resident: 'auto', sharded: 'auto' },
      network: { layers: [{ kind: 'dense' }], loss: 'squared' },
      scheme: 'nested',
      stop: {},
      seed: 1,
      precision: 'float32',
      linearAlgebra: 'auto',
      workers: 'auto',
      plugins: [],
    });
  });

  it('knows where its values stand', async () => {
    const { place } = await readRunFile(workplace()('run.yaml'));
    const positions = [
      place([]),
      place(['data', 'test']),
      place(['data'], 'train'),
      place(['network', 'layers', 1, 'kind']),
      place(['scheme', 'gamma']),
    ];
    expect(positions.map((text) => text.split('run.yaml:')[1])).toEqual(['1:1', '1:33', '1:9', '5:15', '6:9']);
  });

  it('may repeat a part by an alias', async () => {
    const layers = '[&wide { kind: dense, units: 4, activation: relu }, *wide, { kind: dense }]';
    const at = folderOf({ 'run.yaml': `data: { train: x.csv }\nnetwork: { layers: ${layers} }\n` });
    const { run, place } = await readRunFile(at('run.yaml'), ['network.layers[1].units=5']);
    expect(run.network.layers.map((layer) => layer['units'])).toEqual([4, 5, undefined]);
    expect(place(['network', 'layers', 1, 'activation'])).toMatch(/run\.yaml:2:/);
  });
});

describe('--set', () => {
  it('reads values as YAML', async () => {
    const { seed, data, stop, scheme } = await read(
      'seed=abc',
      'data.classes=[0, 2]',
      'stop={seconds: 1.5}',
      'scheme.warmSweeps=.inf',
    );
    expect({ seed, stop }).toEqual({ seed: 'abc', stop: { seconds: 1.5 } });
    expect(data.classes).toEqual([0, 2]);
    expect(scheme).toEqual({ name: 'taylor', bias: true, ridge: 0.01, warmSweeps: Infinity });
  });

  it('reaches into lists in two spellings', async () => {
    const { network } = await read('network.layers[0].units=7', 'network.layers.0.activation=absolute');
    expect(network.layers[0]).toEqual({ kind: 'dense', units: 7, activation: 'absolute' });
  });

  it('gives options to a scheme that has a name alone, or none', async () => {
    expect((await read('scheme=taylor', 'scheme.gamma=5')).scheme).toEqual({ name: 'taylor', gamma: 5 });
    const at = folderOf({ 'run.yaml': runFile.replace(/^scheme.*\n/m, '') });
    const { run } = await readRunFile(at('run.yaml'), ['scheme.gamma=5']);
    expect(run.scheme).toEqual({ name: 'nested', gamma: 5 });
  });

  it('makes what is missing on the way, and lets the last one win', async () => {
    const at = folderOf({ 'run.yaml': runFile.replace(/^stop.*\n/m, '') });
    const { run } = await readRunFile(at('run.yaml'), ['stop.sweeps=1', 'stop.sweeps=2', 'data.test=a=b.csv']);
    expect(run.stop).toEqual({ sweeps: 2 });
    expect(run.data.test).toBe('a=b.csv');
  });
});
