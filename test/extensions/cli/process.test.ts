import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { built, json, jsonLines, start, workplace, type Started } from './support/cli.ts';

const folder = (at: (name: string) => string): string => dirname(at('run.yaml'));

/** Resolves when that text has appeared on standard error. */
const appears = ({ child }: Started, text: string): Promise<void> =>
  new Promise((resolve) => {
    let seen = '';
    child.stderr!.on('data', (chunk: string) => {
      seen += chunk;
      if (seen.includes(text)) resolve();
    });
  });

const endless = ['train', 'run.yaml', '--out', 'out', '--set', 'stop.sweeps=1000000'];

describe('the program', () => {
  it('ends with exit code 0 and one JSON document on standard output', async () => {
    const at = workplace();
    const { code, stdout, stderr } = await start(['train', 'run.yaml', '--out', 'out', '--json'], folder(at)).printed;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(json(at('out/result.json')));
    expect(stderr).toContain('sweep 5/5');
  });

  it('ends with exit code 2 and one line for bad input', async () => {
    const at = workplace();
    const { code, stdout, stderr } = await start(['train', 'none.yaml'], folder(at)).printed;
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^nograd: [^\n]+\n$/);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('ends with exit code 130 on %s, with model and result', async (signal) => {
    const at = workplace();
    const started = start(endless, folder(at));
    await appears(started, 'sweep 2/');
    started.child.kill(signal);
    const { code, stdout, stderr } = await started.printed;
    expect(code).toBe(130);
    expect(stderr).toContain('interrupted: ends after this sweep');
    expect(stdout).toContain('model    out/model.safetensors');
    const { outcome, sweeps } = json(at('out/result.json'));
    expect(outcome).toBe('interrupted');
    expect(jsonLines(at('out/metrics.jsonl'))).toHaveLength(sweeps as number);
    expect((await start(['evaluate', 'out', '--data', 'test.csv'], folder(at)).printed).code).toBe(0);
  });

  it('takes a signal that comes twice, as from npm, for one', async () => {
    const at = workplace();
    const started = start(endless, folder(at));
    await appears(started, 'sweep 2/');
    started.child.kill('SIGINT');
    started.child.kill('SIGINT');
    expect((await started.printed).code).toBe(130);
    expect(json(at('out/result.json'))['outcome']).toBe('interrupted');
  });

  it('outlives a reader that goes away', async () => {
    const at = workplace();
    const script = `set -o pipefail; '${process.execPath}' '${built}' "$@" | true`;
    const words = ['-c', script, 'nograd', 'train', 'run.yaml', '--json', '--out', 'out'];
    const child = spawn('bash', words, { cwd: folder(at), stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const code = await new Promise((done) => child.on('close', done));
    expect(stderr).not.toMatch(/EPIPE|at .*\.js/);
    expect(code).toBe(0);
    expect(json(at('out/result.json'))['outcome']).toBe('finished');
  });

  it('knows its version and its commands', async () => {
    const at = workplace();
    expect((await start(['--version'], folder(at)).printed).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const { code, stdout } = await start(['--help'], folder(at)).printed;
    expect(code).toBe(0);
    expect(stdout.match(/^ {2}(train|evaluate|predict|list) /gm)).toHaveLength(4);
    expect((await start([], folder(at)).printed).code).toBe(2);
  });
});
