import { existsSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { absence, crashesOfLaunchers, families, ranksIn, startJob } from '../../support/mpi.ts';
import { built, json, workplace } from './support/cli.ts';
import { traceOf, untimed } from './support/run-traces.ts';

const nograd = [process.execPath, built];
const here = (at: (name: string) => string): string => dirname(at('run.yaml'));
const often = ['--set', 'checkpoint.sweeps=1'];
const endless = [...often, 'stop.sweeps=1000000'];

/** Sweeps of the checkpoints there. */
const checkpointsIn = (folder: string): number[] =>
  readdirSync(`${folder}/checkpoints`).flatMap((name) => (name.startsWith('sweep-') ? [Number(name.slice(6))] : []));

/** Goes on for three sweeps, and holds the whole to a run on threads that was never interrupted. */
async function mustGoOn(at: (name: string) => string, launcher: readonly string[]): Promise<void> {
  const last = Math.max(...checkpointsIn(at('out')));
  const set = [...often, `stop.sweeps=${last + 3}`];
  const [resumed, whole] = await Promise.all([
    startJob([...launcher, ...nograd, 'train', 'run.yaml', '--resume', 'out', ...set], here(at)).ended,
    startJob([...nograd, 'train', 'run.yaml', '--out', 'whole', '--workers', '2', ...set], here(at)).ended,
  ]);
  expect(resumed.stderr).toContain(`after ${last} sweeps`);
  expect(resumed.stderr).not.toContain('nograd:');
  expect([resumed.code, whole.code]).toEqual([0, 0]);
  expect(await traceOf(at('out'))).toEqual(await traceOf(at('whole')));
}

describe.each(families)('a job of MPI', { retry: crashesOfLaunchers }, (family) => {
  const absent = absence(family);
  describe.skipIf(absent !== '')(`by ${family.name}${absent}`, () => {
    const launcher = [...family.mpirun, '-n', '2'];

    it.each([0, 1])(
      'ends at once where rank %d is killed in a sweep, and goes on from its last checkpoint',
      async (rank) => {
        const at = workplace();
        const job = startJob([...launcher, ...nograd, 'train', 'run.yaml', '--out', 'out', ...endless], here(at));
        await job.appears('sweep 6/');
        process.kill(ranksIn(here(at)).get(rank)!, 'SIGKILL');
        const { code, stderr, stdout } = await job.ended;
        expect(code).not.toBe(0);
        // Of the launcher: nothing is left of the rank that could speak.
        expect(stderr + stdout).toMatch(/signal 9|KILLED BY SIGNAL: 9/i);
        const last = Math.max(...checkpointsIn(at('out')));
        expect(last).toBeGreaterThanOrEqual(5);
        expect(untimed(at('out/metrics.jsonl')).length).toBeLessThanOrEqual(last + 1);
        await mustGoOn(at, launcher);
      },
    );

    it('keeps a checkpoint and ends where all ranks are asked to, as srun and Kubernetes do', async () => {
      const at = workplace();
      const words = ['train', 'run.yaml', '--out', 'out', '--set', 'stop.sweeps=1000000'];
      const job = startJob([...launcher, ...nograd, ...words], here(at));
      await job.appears('sweep 6/');
      for (const pid of ranksIn(here(at)).values()) process.kill(pid, 'SIGTERM');
      const { code, stderr } = await job.ended;
      expect(code).toBe(130);
      expect(stderr).toContain('interrupted: ends after this sweep');
      expect(json(at('out/result.json'))).toMatchObject({ outcome: 'interrupted', ranks: 2 });
      expect(checkpointsIn(at('out'))).toEqual([json(at('out/result.json'))['sweeps']]);
    });

    it('refuses in one line to go on with other ranks where each keeps numbers of its samples, and else goes on', async () => {
      const at = workplace();
      const two = ['train', 'run.yaml', '--workers', '2', ...often];
      for (const [out, scheme] of [
        ['taylor', 'taylor'],
        ['nested', 'nested'],
      ] as const) {
        await startJob([...nograd, ...two, `scheme=${scheme}`, '--out', out], here(at)).ended;
      }
      const on = (out: string) =>
        startJob(
          [
            ...family.mpirun,
            '-n',
            '3',
            ...nograd,
            'train',
            'run.yaml',
            '--resume',
            out,
            ...often,
            `scheme=${out}`,
            'stop.sweeps=7',
          ],
          here(at),
        ).ended;
      const refused = await on('taylor');
      expect(refused.code).toBe(2);
      expect(refused.stderr.match(/nograd: .*/g)).toEqual([
        expect.stringMatching(/is of 2 ranks that each keep .* which 3 cannot share: go on with 2 \(mpirun -n 2/),
      ]);
      expect(await on('nested')).toMatchObject({ code: 0 });
      expect(json(at('nested/result.json'))).toMatchObject({ ranks: 3, sweeps: 7 });
    });
  });
});

/** Loaded before the program, in every thread: acts in place of the writes of one checkpoint. */
const saboteur = (act: string): string => `
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
const { openSync, writeSync } = fs;
const files = new Set();
let writes = 0;
fs.openSync = (path, ...rest) => {
  const file = openSync(path, ...rest);
  if (String(path).includes('.sweep-00000003.partial')) files.add(file);
  return file;
};
fs.writeSync = (file, ...rest) => {
  if (files.has(file) && ++writes === 2) { ${act} }
  return writeSync(file, ...rest);
};
syncBuiltinESMExports();
`;

describe('a process', () => {
  it('that is killed while it writes a checkpoint leaves the ones before', async () => {
    const at = workplace({ 'kill.mjs': saboteur("process.kill(process.pid, 'SIGKILL');") });
    const words = ['train', 'run.yaml', '--out', 'out', '--workers', '2', ...often];
    const killed = await startJob([...nograd, ...words], here(at), { NODE_OPTIONS: `--import ${at('kill.mjs')}` })
      .ended;
    expect(killed.code).toBe(128);
    expect(existsSync(at('out/checkpoints/.sweep-00000003.partial'))).toBe(true);
    expect(checkpointsIn(at('out'))).toEqual([1, 2]);
    await mustGoOn(at, []);
    expect(existsSync(at('out/checkpoints/.sweep-00000003.partial'))).toBe(false);
  });

  it('trains on where the disk is full while it writes a checkpoint, says so, and keeps the ones before', async () => {
    const full = "throw Object.assign(new Error('no space'), { code: 'ENOSPC' });";
    const at = workplace({ 'full.mjs': saboteur(full) });
    const words = ['train', 'run.yaml', '--out', 'out', '--workers', '2', ...often, 'stop.sweeps=3'];
    const job = await startJob([...nograd, ...words], here(at), { NODE_OPTIONS: `--import ${at('full.mjs')}` }).ended;
    expect(job.code).toBe(0);
    expect(job.stderr).toMatch(
      /note: no checkpoint after sweep 3: .*the disk is full.*training goes on, the one of sweep 2 is kept\./,
    );
    expect(checkpointsIn(at('out'))).toEqual([1, 2]);
    await mustGoOn(at, []);
  });
});
