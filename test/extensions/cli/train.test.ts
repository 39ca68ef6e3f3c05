import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Score } from '../../../core/index.ts';
import { readSafetensors } from '../../../extensions/safetensors/index.ts';
import { cli, clouds, json, jsonLines, workplace } from './support/cli.ts';

/** A plug-in that only fails when a run starts. */
const misusedInitialiser = `
import { ContainerModule } from '${pathToFileURL(resolve('node_modules/inversify/lib/index.js')).href}';
const fill = () => { throw Object.assign(new Error('alpha is missing.'), { name: 'UserError' }); };
export const module = new ContainerModule(({ bind }) => {
  bind(Symbol.for('nograd/Initialiser')).toConstantValue({ name: 'misused', fill });
});
`;

describe('nograd train', () => {
  it('trains, and leaves metrics, model and result in the output folder', async () => {
    const at = workplace();
    const { code, stdout, stderr } = await cli(['train', at('run.yaml'), '--out', at('out')]);
    expect(code).toBe(0);
    expect(readdirSync(at('out')).sort()).toEqual(['metrics.jsonl', 'model.safetensors', 'result.json']);
    expect(stderr).toContain('sweep 5/5');
    expect(stdout).toContain('test accuracy ');
    expect(stdout).toContain(`npx nograd evaluate ${at('out')}/model.safetensors --data test.csv`);
  });

  it('writes a line of metrics per sweep', async () => {
    const at = workplace();
    await cli(['train', at('run.yaml'), '--out', at('out')]);
    const lines = jsonLines(at('out/metrics.jsonl'));
    expect(lines.map(({ sweep }) => sweep)).toEqual([1, 2, 3, 4, 5]);
    for (const metrics of lines) {
      expect(Object.keys(metrics).sort()).toEqual(
        ['sweep', 'objective', 'residuals', 'measures', 'train', 'test', 'seconds', 'totalSeconds', 'phases', 'notes']
          .concat('samplesPerSecond', 'gflops')
          .sort(),
      );
      expect(metrics['residuals']).toEqual([
        { node: 'dense-1', linear: expect.any(Number) as number, activation: expect.any(Number) as number },
        { node: 'dense-2', linear: expect.any(Number) as number },
      ]);
    }
  });

  it('writes a result that agrees with the last line of the metrics', async () => {
    const at = workplace();
    await cli(['train', at('run.yaml'), '--out', at('out')]);
    const result = json(at('out/result.json'));
    const { train, test, totalSeconds } = jsonLines(at('out/metrics.jsonl')).at(-1)!;
    expect(result).toMatchObject({ scheme: 'taylor', sweeps: 5, outcome: 'finished', reason: '5 sweeps done' });
    expect(result).toMatchObject({ train, test, seconds: totalSeconds, samples: 60, ranks: 1, seed: 1 });
    expect(result['versions']).toEqual({ nograd: expect.any(String) as string, node: process.versions.node });
    expect(result['best']).toMatchObject({ accuracy: expect.any(Number) as number });
  });

  it('writes weights under natural names, and all that is needed to use them', async () => {
    const at = workplace();
    await cli(['train', at('run.yaml'), '--out', at('out')]);
    const { tensors, metadata } = await readSafetensors(at('out/model.safetensors'));
    expect([...tensors].map(([name, { shape }]) => [name, shape]).sort()).toEqual([
      ['dense-1.bias', [4]],
      ['dense-1.weights', [4, 2]],
      ['dense-2.bias', [1]],
      ['dense-2.weights', [1, 4]],
    ]);
    expect(JSON.parse(metadata['classes']!)).toEqual(['a', 'b']);
    expect(JSON.parse(metadata['scheme']!)).toEqual({ name: 'taylor', bias: true, ridge: 0.01 });
    expect(JSON.parse(metadata['preprocessing']!)).toEqual({
      mean: [expect.any(Number), expect.any(Number)],
      scale: [expect.any(Number), expect.any(Number)],
    });
  });

  it('prints the result, and nothing else, on standard output with --json', async () => {
    const at = workplace();
    const { code, stdout } = await cli(['train', at('run.yaml'), '--json', '--out', at('out')]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(json(at('out/result.json')));
  });

  it('writes nothing without --out, and says so before and after', async () => {
    const at = workplace();
    const before = readdirSync(at(''));
    const { code, stdout, stderr } = await cli(['train', at('run.yaml')]);
    expect(code).toBe(0);
    expect(stderr).toContain('note: nothing will be saved: give --out DIR');
    expect(stdout).toContain('nothing was saved: give --out DIR');
    expect(readdirSync(at(''))).toEqual(before);
  });

  it('replaces the files of an earlier run, says so, and leaves other files alone', async () => {
    const at = workplace();
    await cli(['train', at('run.yaml'), '--out', at('out'), '--set', 'stop.sweeps=7']);
    writeFileSync(at('out/notes.txt'), 'mine');
    const { stderr } = await cli(['train', at('run.yaml'), '--out', at('out')]);
    expect(stderr).toContain(
      'out holds an earlier run: its metrics.jsonl, model.safetensors, result.json will be replaced',
    );
    expect(jsonLines(at('out/metrics.jsonl'))).toHaveLength(5);
    expect(json(at('out/result.json'))['sweeps']).toBe(5);
    expect(readFileSync(at('out/notes.txt'), 'utf8')).toBe('mine');
  });

  it('keeps the files of an earlier run when a run cannot even start', async () => {
    const at = workplace({ 'plug-in.mjs': misusedInitialiser });
    await cli(['train', at('run.yaml'), '--out', at('out')]);
    const set = ['--set', 'plugins=[./plug-in.mjs]', 'scheme={name: taylor, start: feasible, initialiser: misused}'];
    const { code, stderr } = await cli(['train', at('run.yaml'), '--out', at('out'), ...set]);
    expect(code).toBe(2);
    expect(stderr).toContain('nograd: alpha is missing.');
    expect(json(at('out/result.json'))['outcome']).toBe('finished');
  });

  it('gives the same bits for the same seed', async () => {
    const at = workplace();
    await cli(['train', at('run.yaml'), '--out', at('one')]);
    await cli(['train', at('run.yaml'), '--out', at('two')]);
    expect(readFileSync(at('one/model.safetensors'))).toEqual(readFileSync(at('two/model.safetensors')));
    await cli(['train', at('run.yaml'), '--out', at('two'), '--set', 'seed=2']);
    expect(readFileSync(at('one/model.safetensors'))).not.toEqual(readFileSync(at('two/model.safetensors')));
  });

  it('tells what would run with --dry-run, and writes nothing', async () => {
    const at = workplace();
    const { code, stdout, stderr } = await cli(['train', at('run.yaml'), '--dry-run', '--out', at('out')]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(
      `would train ${at('run.yaml')}: taylor, 2 layers, squared loss; 60 samples of 2 features, tested on 40; classes a, b; stop: sweeps 5\n`,
    );
    expect(stdout).toMatch(/\nmemory: samples .* need .* can be used\n$/);
    expect(existsSync(at('out'))).toBe(false);
  });

  it('checks the names in the options of a scheme with --dry-run', async () => {
    const at = workplace();
    const set = ['--set', 'scheme={name: taylor, start: feasible, initialiser: hee}'];
    const { code, stderr } = await cli(['train', at('run.yaml'), '--dry-run', ...set]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^nograd: [^\n]*Unknown initialiser "hee"\. Did you mean "he"\?[^\n]*\n$/);
  });

  it('finds data beside the run file first, and else from the current folder', async () => {
    const at = workplace();
    mkdirSync(at('elsewhere'));
    writeFileSync(at('elsewhere/run.yaml'), readFileSync(at('run.yaml')));
    const set = ['--set', `data.train=${at('train.csv')}`, `data.test=${at('test.csv')}`];
    expect((await cli(['train', at('elsewhere/run.yaml'), '--dry-run', ...set])).code).toBe(0);
    const { code, stderr } = await cli(['train', at('elsewhere/run.yaml'), '--dry-run']);
    expect(code).toBe(2);
    expect(stderr).toContain('There is no file "train.csv"');
  });

  it('trains on the samples of some classes, and on a limited number', async () => {
    const at = workplace({ 'three.csv': '1,0,0\n2,0,1\n3,1,2\n4,1,0\n5,0,2\n6,1,0\n7,1,2\n8,0,1\n' });
    const set = ['--set', `data={train: ${at('three.csv')}, classes: [2, 0], limit: 4}`];
    const { stdout } = await cli(['train', at('run.yaml'), '--dry-run', ...set]);
    expect(stdout).toContain('4 samples of 2 features; classes 2, 0;');
  });
});

describe('validation data', () => {
  const share = ['--set', 'data.validation=0.2', 'precision=float64', 'stop.sweeps=8'];

  it('held out of the training data are told, scored after every sweep, and choose the weights', async () => {
    const at = workplace();
    const { stdout, stderr } = await cli(['train', at('run.yaml'), '--out', at('out'), ...share]);
    expect(stderr).toContain('48 samples of 2 features, validated on 12, tested on 40;');
    expect(stderr).toMatch(/^sweep 8\/8 {2}objective .* train .* % {2}validation .* % {2}test .* %/m);
    const scores = jsonLines(at('out/metrics.jsonl')).map(({ validation }) => validation as Score);
    expect(scores).toHaveLength(8);
    const highest = Math.max(...scores.map(({ accuracy }) => accuracy));
    const result = json(at('out/result.json'));
    expect(result['validation']).toMatchObject({ accuracy: highest });
    const best = scores.filter(({ accuracy }) => accuracy === highest).sort((a, b) => a.loss - b.loss)[0]!;
    expect(result['validation']).toEqual(best);
    expect((result['best'] as { sweep: number }).sweep).toBe(scores.indexOf(best) + 1);
    expect(stdout).toMatch(/^test accuracy .* % \(validation accuracy .* %, training accuracy .* %\)/m);
    const evaluated = await cli(['evaluate', at('out'), '--data', at('test.csv'), '--json']);
    expect(JSON.parse(evaluated.stdout)).toMatchObject(result['test'] as object);
  });

  it('are the same on any number of workers', async () => {
    const at = workplace();
    for (const workers of ['1', '2']) {
      await cli(['train', at('run.yaml'), '--out', at(workers), '--workers', workers, ...share]);
    }
    const [one, two] = ['1', '2'].map((name) =>
      jsonLines(at(`${name}/metrics.jsonl`)).map(({ validation }) => validation as Score),
    );
    expect(two!.map(({ accuracy }) => accuracy)).toEqual(one!.map(({ accuracy }) => accuracy));
    two!.forEach(({ loss }, sweep) => expect(loss).toBeCloseTo(one![sweep]!.loss, 9));
  });

  it('can be a file of their own, and end the run at an accuracy', async () => {
    const at = workplace();
    const set = ['--set', 'data.validation=test.csv', 'data.test=train.csv', 'stop={validationAccuracy: 0.1}'];
    const { stdout } = await cli(['train', at('run.yaml'), '--json', ...set]);
    expect(JSON.parse(stdout)).toMatchObject({ samples: 60, reason: 'validation accuracy 0.1 reached' });
  });

  it.each([
    ['stop.validationAccuracy=0.9', /run\.yaml: The run stops at validation accuracy 0\.9, but has no validation data/],
    ['data.validation=1.5', /data\.validation: Too big: expected number to be <1\./],
    ['data.validation=true', /data\.validation: Invalid input: expected number or string\./],
    ['data.validation=absent.csv', /There is no file "absent\.csv"/],
    ['data.validation=0.001', /would train .*validated on 1,/],
  ])('with %s are checked before anything runs', async (set, message) => {
    const at = workplace();
    const { stdout, stderr } = await cli(['train', at('run.yaml'), '--dry-run', '--set', set]);
    expect(stdout + stderr).toMatch(message);
  });

  it('do not choose the weights when the run says so', async () => {
    const at = workplace();
    await cli(['train', at('run.yaml'), '--out', at('out'), ...share, 'keepBest=false']);
    const { validation } = jsonLines(at('out/metrics.jsonl')).at(-1)!;
    expect(json(at('out/result.json'))).toMatchObject({ validation });
    expect(json(at('out/result.json'))).not.toHaveProperty('kept');
  });
});

describe('progress', () => {
  it('is one line that changes on a terminal, cut to its width', async () => {
    const at = workplace();
    const { stderr } = await cli(['train', at('run.yaml'), '--out', at('out')], { isTTY: true });
    const drawn = stderr.split('\r\u001b[K').slice(1);
    expect(drawn).toHaveLength(6);
    expect(drawn[0]).toMatch(/^─{20} 0\/5 {2}first sweep$/);
    expect(drawn.at(-1)).toMatch(/^━{20} 5\/5 {2}objective .* train .* %/);
    for (const text of drawn) expect(text.trimEnd().length).toBeLessThan(100);
  });

  it('tells a note of the sweeps once', async () => {
    const at = workplace({ 'train.csv': 'x,y,kind\n1,1,a\n2,2,b\n3,3,a\n4,4,b\n' });
    const { stderr } = await cli(['train', at('run.yaml'), '--set', 'scheme.ridge=0', 'data.standardise=false']);
    expect(stderr.match(/note: .*"dense-1" is rank-deficient/g)).toHaveLength(1);
  });

  it('tells once when a run stalls, with the numbers and what to try', async () => {
    const at = workplace();
    const set = ['--set', 'network.layers=[{kind: dense}]', 'network.loss=squared', 'data.train=noise.csv'];
    const flips = clouds(60)
      .split('\n')
      .map((row, i) => (i % 5 === 1 ? row.replace(/a$/, 'b') : row))
      .join('\n');
    writeFileSync(at('noise.csv'), flips);
    const { stderr } = await cli(['train', at('run.yaml'), ...set, 'stop.sweeps=40', 'scheme.warmSweeps=.inf']);
    expect(
      stderr.match(/note: Stalled: from sweep \d+ to \d+ the objective went from .* try `taylor-feasible`/g),
    ).toHaveLength(1);
  });

  it('counts sweeps without an end where another rule stops the run', async () => {
    const at = workplace();
    const { stderr } = await cli(['train', at('run.yaml'), '--set', 'stop={testAccuracy: 0.1}']);
    expect(stderr).toMatch(/^sweep 1 {2}objective/m);
  });
});

describe('an interrupted run', () => {
  it('ends after the sweep at hand with exit code 130, and keeps model and result', async () => {
    const at = workplace();
    const set = ['--set', 'stop.sweeps=100000'];
    const printed = await cli(['train', at('run.yaml'), '--out', at('out'), ...set], { interruptAt: 'sweep 3/' });
    expect(printed.code).toBe(130);
    expect(printed.stderr).toContain('interrupted: ends after this sweep');
    const { outcome, sweeps } = json(at('out/result.json'));
    expect(outcome).toBe('interrupted');
    expect(sweeps).toBeGreaterThanOrEqual(3);
    expect(printed.stdout).toContain(`interrupted after ${sweeps as number} sweeps`);
    expect(jsonLines(at('out/metrics.jsonl'))).toHaveLength(sweeps as number);
    const evaluated = await cli(['evaluate', at('out'), '--data', at('test.csv'), '--json']);
    expect(JSON.parse(evaluated.stdout)).toMatchObject(json(at('out/result.json'))['test'] as object);
  });
});
