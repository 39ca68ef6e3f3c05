import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors } from '../../../extensions/safetensors/index.ts';
import { cli, folderOf, json, workplace } from './support/cli.ts';

describe('nograd evaluate', () => {
  it.each([
    ['standardised', []],
    ['raw', ['data.standardise=false']],
    ['with compressed tails', ['data.standardise=symlog']],
    ['double precision', ['precision=float64']],
    ['three classes', ['data={train: three.csv, test: three.csv}', 'stop.sweeps=8']],
  ])('gives exactly the figures of the result: %s', async (_, assignments) => {
    const three = Array.from({ length: 45 }, (__, i) => `${(i % 3) + (i % 7) / 9},${(i % 2) - (i % 5) / 7},c${i % 3}`);
    const at = workplace({ 'three.csv': three.join('\n') });
    const set = assignments.length > 0 ? ['--set', ...assignments] : [];
    expect((await cli(['train', at('run.yaml'), '--out', at('out'), ...set])).code).toBe(0);
    const { test } = json(at('out/result.json'));
    const data = at(assignments[0]?.includes('three') === true ? 'three.csv' : 'test.csv');
    const { code, stdout, stderr } = await cli(['evaluate', at('out/model.safetensors'), '--data', data, '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ ...(test as object), leftOut: 0, data });
  });

  it('leaves out the classes that the run had not picked, and says how many samples that were', async () => {
    const at = workplace();
    const set = ['--set', 'data={train: mnist, test: mnist-test, classes: [2, 0], limit: 300, standardise: false}'];
    const { code } = await cli(['train', at('run.yaml'), '--out', at('out'), ...set, 'stop.sweeps=2']);
    expect(code).toBe(0);
    const { stdout } = await cli(['evaluate', at('out'), '--data', 'mnist-test', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ ...(json(at('out/result.json'))['test'] as object), samples: 2012 });
    const told = await cli(['evaluate', at('out'), '--data', 'mnist-test']);
    expect(told.stdout).toMatch(
      /^mnist-test: accuracy \d+\.\d\d % \([\d,]+ of 2,012 samples\), loss .*; 7,988 samples of other classes left out\n$/,
    );
  });

  it('reads the label as training did, unless told otherwise', async () => {
    const first = readFileSync(workplace()('test.csv'), 'utf8').replace(/^(.*),(.*)$/gm, '$2,$1');
    const at = workplace({ 'first.csv': first });
    const set = ['--set', 'data.train=first.csv', 'data.test=first.csv', 'data.label=kind'];
    await cli(['train', at('run.yaml'), '--out', at('out'), ...set]);
    const { stdout } = await cli(['evaluate', at('out'), '--data', at('first.csv')]);
    expect(stdout).toContain('of 40 samples');
    expect((await cli(['evaluate', at('out'), '--data', at('test.csv'), '--label', 'last'])).stdout).toContain(
      'of 40 samples',
    );
  });
});

describe('nograd predict', () => {
  it('writes class and score of every sample in the order of the samples', async () => {
    const at = workplace();
    await cli(['train', at('run.yaml'), '--out', at('out')]);
    const argv = ['predict', at('out'), '--data', at('test.csv'), '--label', 'kind', '--out', at('p.csv')];
    const { code, stdout } = await cli(argv);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `40 predictions in ${at('p.csv')}\n` });
    const [header, ...rows] = readFileSync(at('p.csv'), 'utf8').trimEnd().split('\n');
    expect(header).toBe('prediction,score');
    const labels = readFileSync(at('test.csv'), 'utf8').trimEnd().split('\n').slice(1);
    const right = rows.filter((row, index) => row.startsWith(labels[index]!.slice(-1)));
    const { accuracy } = json(at('out/result.json'))['test'] as { accuracy: number };
    expect(right.length / rows.length).toBe(accuracy);
    for (const row of rows) {
      const [prediction, score] = row.split(',');
      expect(prediction).toBe(Number(score) >= 0.5 ? 'b' : 'a');
    }
  });

  it('reads data without labels', async () => {
    const bare = readFileSync(workplace()('test.csv'), 'utf8').replace(/,[^,]*$/gm, '');
    const at = workplace({ 'bare.csv': bare });
    await cli(['train', at('run.yaml'), '--out', at('out')]);
    await cli(['predict', at('out'), '--data', at('bare.csv'), '--out', at('bare.out.csv')]);
    await cli(['predict', at('out'), '--data', at('test.csv'), '--label', 'last', '--out', at('test.out.csv')]);
    expect(readFileSync(at('bare.out.csv'), 'utf8')).toBe(readFileSync(at('test.out.csv'), 'utf8'));
  });

  it('names the scores by their classes, in quotes where CSV needs them', async () => {
    const train = 'x,y,kind\n1,2,"a,b"\n2,1,"say ""c"""\n0,5,d\n1,3,"a,b"\n';
    const at = workplace({ 'train.csv': train });
    await cli(['train', at('run.yaml'), '--out', at('out'), '--set', 'data={train: train.csv}']);
    await cli(['predict', at('out'), '--data', at('train.csv'), '--label', 'last', '--out', at('p.csv')]);
    const [header] = readFileSync(at('p.csv'), 'utf8').split('\n');
    expect(header).toBe('prediction,"score a,b",score d,"score say ""c"""');
  });
});

describe('a model', () => {
  it('keeps an activation whose pieces reach to infinity', async () => {
    const at = workplace();
    const pieces = '{pieces: [{from: -.inf, to: 0, slope: 0, offset: 0}, {from: 0, to: .inf, slope: 1, offset: 0}]}';
    const set = ['--set', `network.layers[0].activation=${pieces}`];
    const trained = await cli(['train', at('run.yaml'), '--out', at('out'), ...set]);
    expect(trained.stderr).not.toContain('nograd:');
    const { stdout } = await cli(['evaluate', at('out'), '--data', at('test.csv'), '--json']);
    expect(JSON.parse(stdout)).toMatchObject(json(at('out/result.json'))['test'] as object);
  });

  it('is refused by a nograd that does not know its format yet, or when a part is missing', async () => {
    const at = workplace();
    await cli(['train', at('run.yaml'), '--out', at('out')]);
    const { tensors, metadata } = await readSafetensors(at('out/model.safetensors'));
    const changed = folderOf({});
    const saidOf = async (kept: typeof tensors, texts: Record<string, string>): Promise<string> => {
      await writeSafetensors(changed('m.safetensors'), [...kept.values()], texts);
      const { code, stderr } = await cli(['evaluate', changed('m.safetensors'), '--data', at('test.csv')]);
      expect(code).toBe(2);
      return stderr;
    };
    expect(await saidOf(tensors, { ...metadata, formatVersion: '2' })).toContain(
      'the model has format version 2, this nograd reads 1: update nograd.',
    );
    expect(await saidOf(tensors, { ...metadata, network: '{' })).toContain('its metadata "network" is no JSON.');
    expect(await saidOf(tensors, { ...metadata, classes: '["a"]' })).toContain('m.safetensors: metadata.classes: ');
    const fewer = new Map([...tensors].filter(([name]) => name !== 'dense-2.weights'));
    expect(await saidOf(fewer, metadata)).toContain('there is no tensor "dense-2.weights".');
    const unbiased = new Map([...tensors].filter(([name]) => name !== 'dense-2.bias'));
    expect(await saidOf(unbiased, metadata)).toContain('The model\'s weights "dense-2" need 5 numbers, found 4.');
  });

  it('of a run that was written by hand can be read from its folder', async () => {
    const at = workplace();
    await cli(['train', at('run.yaml'), '--out', at('out')]);
    writeFileSync(at('out/other.txt'), '');
    const byFolder = await cli(['evaluate', at('out'), '--data', at('test.csv')]);
    const byFile = await cli(['evaluate', at('out/model.safetensors'), '--data', at('test.csv')]);
    expect(byFolder).toEqual(byFile);
  });
});
