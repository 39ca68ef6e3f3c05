import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cli, clouds, json, workplace, type Printed } from './support/cli.ts';
import { traceOf } from './support/run-traces.ts';

/** Each with what else is set. */
const schemes = [
  '{name: taylor, warmSweeps: 3, bias: true}',
  '{name: taylor, warmSweeps: 2, growth: 1.5}',
  'taylor-feasible',
  'proximal',
  'nested',
  '{name: nested, chunk: 20}',
  'nested data.sharded=true',
  '{name: nested, chunk: 20} data.sharded=true data.resident=false',
];

type At = (name: string) => string;

/** Trains in the folder of the run file. */
function train(at: At, words: readonly string[], set: readonly string[]): Promise<Printed> {
  const data = [`data.train=${at('train.csv')}`, `data.test=${at('test.csv')}`];
  const often = ['checkpoint={sweeps: 1, keep: 99}', 'data.validation=0.2'];
  return cli(['train', at('run.yaml'), ...words, '--set', ...often, ...data, ...set]);
}

/** A run that was never interrupted, by its scheme: most tests start from the same. */
const wholes = new Map<string, Promise<At>>();

async function trainWhole(set: readonly string[]): Promise<At> {
  const at = workplace();
  const { code, stderr } = await train(at, ['--out', at('whole'), '--workers', '2'], [...set, 'stop.sweeps=9']);
  expect(stderr).not.toContain('nograd:');
  expect(code).toBe(0);
  return at;
}

interface Interrupted {
  readonly at: At;
  /** Its folder, as a process that was killed in the sixth sweep leaves it. */
  readonly out: string;
  readonly set: readonly string[];
}

let count = 0;

async function interrupted(scheme = schemes[0]!): Promise<Interrupted> {
  const set = `scheme=${scheme}`.split(/ (?=data)/);
  if (!wholes.has(scheme)) wholes.set(scheme, trainWhole(set));
  const at = await wholes.get(scheme)!;
  const out = at(`out-${++count}`);
  cpSync(at('whole'), out, { recursive: true });
  for (const name of ['model.safetensors', 'result.json']) rmSync(`${out}/${name}`);
  for (const sweep of [1, 2, 3, 6, 7, 8, 9]) rmSync(`${out}/checkpoints/sweep-0000000${sweep}`, { recursive: true });
  const lines = readFileSync(`${out}/metrics.jsonl`, 'utf8').split('\n');
  writeFileSync(`${out}/metrics.jsonl`, `${lines.slice(0, 5).join('\n')}\n${lines[5]!.slice(0, 20)}`);
  return { at, out, set: [...set, 'stop.sweeps=9'] };
}

describe('nograd train --resume', () => {
  it.each(schemes)('goes on by %s to the bits of a run that was never interrupted', async (scheme) => {
    const { at, out, set } = await interrupted(scheme);
    const resumed = await train(at, ['--resume', out], set);
    expect(resumed.code).toBe(0);
    expect(resumed.stderr).toContain('after 5 sweeps');
    expect(await traceOf(out)).toEqual(await traceOf(at('whole')));
    const facts = ['sweeps', 'outcome', 'reason', 'train', 'validation', 'test', 'best', 'kept', 'ranks'] as const;
    const [one, other] = [json(`${out}/result.json`), json(at('whole/result.json'))];
    for (const fact of facts) expect({ [fact]: one[fact] }).toEqual({ [fact]: other[fact] });
  });

  it('trains no more where a stopping rule is met already', async () => {
    const { at, out, set } = await interrupted();
    const again = await train(at, ['--resume', out], [...set, 'stop.sweeps=5']);
    expect(again).toMatchObject({ code: 0 });
    expect(again.stdout).toContain('finished after 5 sweeps');
    expect(json(`${out}/result.json`)).toMatchObject({ sweeps: 5, reason: '5 sweeps done' });
  });

  it('counts the earlier sweeps for patience', async () => {
    const { at, out, set } = await interrupted();
    const patient = ['stop={patience: 3, sweeps: 60}'];
    await train(at, ['--out', at('patient'), '--workers', '2'], [...set, ...patient]);
    await train(at, ['--resume', out], [...set, ...patient]);
    const { reason, sweeps } = json(at('patient/result.json'));
    expect(json(`${out}/result.json`)).toMatchObject({ reason, sweeps });
  });

  it.each([1, 3])('goes on with %d workers after 2, where the scheme keeps nothing of a sample', async (workers) => {
    const { at, out, set } = await interrupted('nested');
    expect((await train(at, ['--resume', out, '--workers', String(workers)], set)).code).toBe(0);
    expect(json(`${out}/result.json`)).toMatchObject({ ranks: workers, sweeps: 9 });
  });

  it('refuses another number of workers where the scheme keeps numbers of every sample', async () => {
    const { at, out, set } = await interrupted();
    const { code, stderr } = await train(at, ['--resume', out, '--workers', '3'], set);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^nograd: .*sweep-00000005 is of 2 ranks .* go on with 2 \(mpirun -n 2, or --workers 2\)\.$/m,
    );
    expect(readdirSync(`${out}/checkpoints`)).toEqual(['sweep-00000004', 'sweep-00000005']);
  });

  it('says so where the last checkpoint is damaged, and goes on from the one before', async () => {
    const { at, out, set } = await interrupted();
    const path = `${out}/checkpoints/sweep-00000005/rank-1.ckpt`;
    const bytes = readFileSync(path);
    bytes[bytes.length - 100]! ^= 4;
    writeFileSync(path, bytes);
    const resumed = await train(at, ['--resume', out], [...set, 'checkpoint={sweeps: 4}']);
    expect(resumed.stderr).toMatch(/set aside as .*005\.damaged: rank 1: .*rank-1\.ckpt: its bytes do not match/);
    expect(resumed.stderr).toContain('after 4 sweeps');
    expect(await traceOf(out)).toEqual(await traceOf(at('whole')));
    expect(readdirSync(`${out}/checkpoints`)).toEqual(['sweep-00000005.damaged', 'sweep-00000008', 'sweep-00000009']);
  });

  it('refuses data that changed since the start', async () => {
    const { at, out, set } = await interrupted();
    const before = readFileSync(at('train.csv'));
    writeFileSync(at('train.csv'), clouds(60, 3));
    const { code, stderr } = await train(at, ['--resume', out], set);
    writeFileSync(at('train.csv'), before);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /is of another run: the data file .*train\.csv was "\d+ bytes of content \w+", and is "\d+ /,
    );
  });

  it('refuses a folder that is not there, and another --out', async () => {
    const at = workplace();
    expect((await train(at, ['--resume', at('none')], [])).stderr).toContain('There is no folder');
    const both = await train(at, ['--resume', at('.'), '--out', at('other')], []);
    expect(both.stderr).toContain('cannot be another: leave it out.');
  });

  it('starts from the beginning where the folder has no checkpoint yet, so that one command does for all starts', async () => {
    const at = workplace();
    mkdirSync(at('out'));
    const { code, stderr } = await train(at, ['--resume', at('out')], ['checkpoint={sweeps: 2}']);
    expect(code).toBe(0);
    expect(stderr).toContain('has no checkpoint yet: starts from the beginning.');
    expect(readdirSync(at('out/checkpoints'))).toEqual(['sweep-00000004', 'sweep-00000005']);
  });

  it('finds the checkpoint of a run that was interrupted, though its run file asks for none', async () => {
    const at = workplace();
    const files = [`data.train=${at('train.csv')}`, `data.test=${at('test.csv')}`];
    const words = ['train', at('run.yaml'), '--out', at('out'), '--set', ...files, 'stop.sweeps=100000'];
    const { code } = await cli(words, { interruptAt: 'sweep 3/' });
    expect(code).toBe(130);
    const { sweeps } = json(at('out/result.json'));
    expect(readdirSync(at('out/checkpoints'))).toEqual([`sweep-${String(sweeps).padStart(8, '0')}`]);
    const more = Number(sweeps) + 2;
    const again = ['train', at('run.yaml'), '--resume', at('out'), '--set', ...files, `stop.sweeps=${more}`];
    expect((await cli(again)).code).toBe(0);
    expect(json(at('out/result.json'))['sweeps']).toBe(more);
  });

  it('finds nothing of a run that another has replaced, which kept none', async () => {
    const { at, out, set } = await interrupted();
    const { stderr } = await train(at, ['--out', out], [...set, 'checkpoint=false']);
    expect(stderr).toContain('checkpoints will be replaced');
    expect(readdirSync(out).sort()).toEqual(['metrics.jsonl', 'model.safetensors', 'result.json']);
  });
});
