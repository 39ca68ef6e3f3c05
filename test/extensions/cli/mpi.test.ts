import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { SweepRecord } from '../../../core/observer.ts';
import { readModel } from '../../../extensions/cli/index.ts';
import { absence, crashesOfLaunchers, families, startJob, type Job } from '../../support/mpi.ts';
import { built, clouds, jsonLines, runFile, start, workplace } from './support/cli.ts';

const nograd = [process.execPath, built];
const here = (at: (name: string) => string): string => dirname(at('run.yaml'));

/** What is not a launcher's own talk about ranks that have ended with an exit code. */
const told = ({ stderr }: Job): string[] => stderr.split('\n').filter((line) => line.startsWith('nograd:'));

/** What a sweep did, without the time it took. */
const untimed = (path: string): unknown[] =>
  (jsonLines(path) as unknown as SweepRecord[]).map(({ sweep, objective, train, test, residuals }) => ({
    sweep,
    objective,
    train,
    test,
    residuals,
  }));

/** An activation that fails on one rank, in a sweep. */
const plugin = `import { ContainerModule } from '${import.meta.resolve('inversify')}';
import { ActivationSolver, piecewiseLinear } from '${pathToFileURL('dist/index.js').href}';
const rank = process.env.OMPI_COMM_WORLD_RANK ?? process.env.PMI_RANK;
const plain = piecewiseLinear('fragile', [{ from: -Infinity, to: 0, slope: 0, offset: 0 }, { from: 0, to: Infinity, slope: 1, offset: 0 }]);
let calls = 0;
const fragile = {
  name: 'fragile',
  gap: 0,
  apply(z, out) {
    if (rank === '1' && ++calls > 3) throw new Error('the accelerator of this machine has overheated');
    plain.apply(z, out);
  },
  solve: (a, m, penalties, z) => plain.solve(a, m, penalties, z),
};
export const module = new ContainerModule(({ bind }) => void bind(ActivationSolver).toConstantValue(fragile));
`;

describe.each(families)('nograd train on ranks', { retry: crashesOfLaunchers }, (family) => {
  const absent = absence(family);
  describe.skipIf(absent !== '')(`of ${family.name}${absent}`, () => {
    const { mpirun } = family;

    it.each([
      ['taylor', []],
      ['nested', []],
      ['nested', ['data.sharded=true']],
      ['nested, chunk: 20', ['data.sharded=true', 'data.resident=false']],
    ])('trains by %s to the bits of as many threads, and rank 0 alone talks: %j', async (scheme, more) => {
      const at = workplace();
      const set = ['--set', `scheme={name: ${scheme}}`, ...more];
      const words = ['train', 'run.yaml', ...set, '--json', '--out'];
      const [job, threads] = await Promise.all([
        startJob([...mpirun, '-n', '2', ...nograd, ...words, 'ranks'], here(at)).ended,
        start([...words, 'threads', '--workers', '2'], here(at)).printed,
      ]);
      expect(job.stderr).not.toContain('nograd:');
      expect([job.code, threads.code]).toEqual([0, 0]);
      expect(JSON.parse(job.stdout)).toMatchObject({ ranks: 2, sweeps: 5, outcome: 'finished' });
      expect(job.stderr.match(/sweep 5\/5/g)).toHaveLength(1);
      expect(untimed(at('ranks/metrics.jsonl'))).toEqual(untimed(at('threads/metrics.jsonl')));
      const [ranks, workers] = await Promise.all([readModel(at('ranks')), readModel(at('threads'))]);
      expect(ranks.weights).toEqual(workers.weights);
    });

    it('tells bad input once, and ends every rank with exit code 2', async () => {
      const at = workplace({ 'bad.csv': 'x,y,kind\n1,2,a\n1,oops,b\n' });
      const words = ['train', 'run.yaml', '--set', 'data.train=bad.csv'];
      const job = await startJob([...mpirun, '-n', '3', ...nograd, ...words], here(at)).ended;
      expect(job.code).toBe(2);
      expect(told(job)).toEqual([expect.stringMatching(/^nograd: bad\.csv:3:.*oops/)]);
    });

    it.each([
      [
        'run',
        ['--set', 'scheme.gamma=5'],
        /^nograd: Rank 1 of 2: The run file \(scheme\.gamma\) is 5 here, but .*on rank 0/,
      ],
      [
        'data',
        ['--set', 'data.limit=50'],
        /^nograd: Rank 1 of 2: The run file \(data\.limit\) is 50 here, but not set on rank 0/,
      ],
      ['plug-in', ['--set', 'plugins=[./none.mjs]'], /^nograd: Rank 1 of 2: Plug-in "\.\/none\.mjs"/],
    ])('tells in one line of a rank with another %s', async (_, other, expected) => {
      const at = workplace();
      const words = [...nograd, 'train', 'run.yaml'];
      const job = await startJob([...mpirun, '-n', '1', ...words, ':', '-n', '1', ...words, ...other], here(at)).ended;
      expect(job.code).toBe(2);
      expect(told(job)).toEqual([expect.stringMatching(expected)]);
    });

    it('tells of a rank that has other samples under the same name', async () => {
      const at = workplace();
      const words = [...nograd, 'train'];
      mkdirSync(at('other'));
      writeFileSync(at('other/run.yaml'), runFile);
      for (const [name, rows] of [
        ['train.csv', 50],
        ['test.csv', 40],
      ] as const)
        writeFileSync(at(`other/${name}`), clouds(rows));
      const both = [...words, 'run.yaml', ':', '-n', '1', ...words, 'other/run.yaml'];
      const job = await startJob([...mpirun, '-n', '1', ...both], here(at)).ended;
      expect(told(job)).toEqual([
        'nograd: Rank 1 of 2: The training data (samples) is 50 here, but 60 on rank 0: give the same data on every machine.',
      ]);
    });

    it('ends all ranks with the message of the one that throws in a sweep', async () => {
      const text = runFile.replace('activation: relu', 'activation: fragile');
      const at = workplace({ 'run.yaml': `${text}plugins: [./plugin.mjs]\n`, 'plugin.mjs': plugin });
      const job = await startJob([...mpirun, '-n', '2', ...nograd, 'train', 'run.yaml'], here(at)).ended;
      expect(job.code).not.toBe(0);
      expect(told(job)).toEqual(['nograd: Rank 1 of 2: the accelerator of this machine has overheated']);
    });

    it('waits for a rank that starts late', async () => {
      const at = workplace();
      const words = [...nograd, 'train', 'run.yaml', '--json'];
      const late = ['sh', '-c', 'sleep 2; exec "$@"', 'late', ...words];
      const job = await startJob([...mpirun, '-n', '1', ...words, ':', '-n', '1', ...late], here(at)).ended;
      expect(job).toMatchObject({ code: 0 });
      expect(JSON.parse(job.stdout)).toMatchObject({ ranks: 2, outcome: 'finished' });
    });

    it.each([
      ['is missing', 'libnone.so.1', 'NOGRAD_MPI names libnone.so.1, which cannot be used'],
      [
        'is another',
        'libm.so.6',
        "NOGRAD_MPI names libm.so.6, which cannot be used (Cannot find function 'MPI_Get_lib",
      ],
      ['is not of the launcher', family.name === 'MPICH' ? 'libmpi.so.40' : 'libmpich.so.12', 'sees 1: launcher and'],
    ])('tells that the library %s', async (_, library, expected) => {
      const at = workplace();
      const words = [...mpirun, '-n', '2', ...nograd, 'train', 'run.yaml'];
      const job = await startJob(words, here(at), { NOGRAD_MPI: library }).ended;
      expect(job.code).toBe(2);
      for (const line of told(job)) expect(line).toContain(expected);
      expect(told(job)).not.toEqual([]);
    });
  });
});

describe('tasks of srun', () => {
  it('are told to use MPI where they cannot find each other', async () => {
    const at = workplace();
    const env = { SLURM_PROCID: '0', SLURM_STEP_NUM_TASKS: '4' };
    const { code, stderr } = await startJob([...nograd, 'train', 'run.yaml'], here(at), env).ended;
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('4 tasks') as string });
    expect(stderr).toContain('give it --mpi=pmix');
  });
});
