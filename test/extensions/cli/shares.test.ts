import { describe, expect, it } from 'vitest';
import { cli, clouds, json, workplace } from './support/cli.ts';

/** A run on data that every worker reads its share of. */
const shared = ['--set', 'data.sharded=true', 'scheme=nested', 'precision=float64', 'stop.sweeps=2'];

const figures = (path: string): { train: { loss: number }; samples: number; ranks: number } =>
  json(path) as unknown as { train: { loss: number }; samples: number; ranks: number };

describe('data in shares', () => {
  it('trains to the same weights in memory and on disk, on one worker and on two, as data that is read as a whole', async () => {
    const at = workplace({ 'train.csv': clouds(1200) });
    const runs = {
      whole: ['--workers', '1', '--set', 'data.sharded=false'],
      one: ['--workers', '1'],
      two: ['--workers', '2'],
      disk: ['--workers', '2', '--set', 'data.resident=false'],
    };
    for (const [name, more] of Object.entries(runs)) {
      const { code, stderr } = await cli(['train', at('run.yaml'), '--out', at(name), ...shared, ...more]);
      expect(/nograd:.*/.exec(stderr)?.[0]).toBeUndefined();
      expect(code).toBe(0);
    }
    const whole = figures(at('whole/result.json'));
    for (const name of ['one', 'two', 'disk']) {
      const result = figures(at(`${name}/result.json`));
      expect(result.samples).toBe(1200);
      expect(result.train.loss).toBeCloseTo(whole.train.loss, 8);
    }
    const { stdout } = await cli(['evaluate', at('disk'), '--data', at('test.csv')]);
    expect(stdout).toContain('accuracy');
  });

  it('are told with their memory by a dry run, and of what is wrong in them with the rank', async () => {
    const at = workplace({ 'train.csv': `${clouds(2000)}0.5,oops,a\n` });
    const dry = await cli(['train', at('run.yaml'), '--dry-run', '--workers', '2', ...shared]);
    expect(dry.stdout).toMatch(
      /about 2,0\d\d samples of 2 features.*\nmemory: samples .* 2 ranks on this machine need .* can be used\n$/s,
    );
    const run = await cli(['train', at('run.yaml'), '--workers', '2', ...shared]);
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('train.csv:2002:2: "oops" in column "y" is not a number (found by rank 1 of 2).');
  });

  it('are refused to a scheme that keeps something per sample, where they are to stay on disk', async () => {
    const at = workplace();
    const { code, stderr } = await cli(['train', at('run.yaml'), '--set', 'data.resident=false']);
    expect(code).toBe(2);
    expect(stderr).toContain(
      'data.resident: false asks for samples on disk, but scheme "taylor" keeps 10 numbers per sample: use one that keeps nothing, e.g. nested.',
    );
  });

  it('may lie in a folder', async () => {
    const at = workplace({ 'test.csv': clouds(40, 7) });
    const { mkdirSync, writeFileSync } = await import('node:fs');
    mkdirSync(at('parts'));
    writeFileSync(at('parts/1.csv'), clouds(300));
    writeFileSync(at('parts/2.csv'), clouds(500, 3));
    const { stdout, stderr } = await cli([
      'train',
      at('run.yaml'),
      '--json',
      '--set',
      'data.train=parts',
      'scheme=nested',
    ]);
    expect(stderr).toContain('about 8');
    expect(JSON.parse(stdout)).toMatchObject({ samples: 800 });
  });
});
