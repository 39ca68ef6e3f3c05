import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Context } from './context.ts';
import { median, medianRatio } from './median.ts';
import { nameOf } from './plan.ts';
import type { RanksJob, RanksTime } from './ranks-program.ts';
import type { Row } from './row.ts';
import { teamSizes } from './team-sizes.ts';

const program = fileURLToPath(new URL('./ranks-program.ts', import.meta.url));
const oneEach = ['--allow-run-as-root', '--oversubscribe', '--bind-to', 'core'];
const launchers = [
  { name: 'Open MPI', words: ['/usr/bin/mpirun.openmpi', ...oneEach] },
  { name: 'MPICH', words: ['/usr/bin/mpirun.mpich', '-bind-to', 'core'] },
];

/** Who trains: ranks of a launcher, or a process without any. */
interface Team {
  readonly backend: string;
  readonly workers: number;
  readonly words: readonly string[];
}

const alone: Team = { backend: 'one process', workers: 1, words: [] };

const teams = (): Team[] => [
  alone,
  ...launchers
    .filter(({ words }) => existsSync(words[0]!))
    .flatMap(({ name, words }) =>
      teamSizes().map((workers) => ({ backend: name, workers, words: [...words, '-n', String(workers)] })),
    ),
];

/** Starts the processes of a team once. */
async function timeOf({ words }: Team, job: RanksJob): Promise<RanksTime> {
  const [command, ...rest] = [...words, process.execPath, '--import', 'tsx', program, JSON.stringify(job)];
  const { stdout } = await promisify(execFile)(command, rest, { maxBuffer: 2 ** 26 });
  return JSON.parse(stdout) as RanksTime;
}

async function benchScheme(scheme: string, { plan: { ranks }, sgemm }: Context): Promise<Row[]> {
  const { sizes, samples, sweeps, rounds } = ranks;
  const all = teams().map((team) => ({ team, times: [] as RanksTime[] }));
  for (let round = 0; round < rounds; round++) {
    void sgemm?.turn();
    for (const { team, times } of all) times.push(await timeOf(team, { sizes, samples, scheme, ...sweeps }));
  }
  return all.map(({ team: { backend, workers }, times }): Row => {
    const seconds = times.map((time) => time.seconds);
    const one = all.find(({ team }) => team.backend === backend && team.workers === 1)!;
    const ratio = medianRatio(
      one.times.map((time) => time.seconds),
      seconds,
    );
    return {
      benchmark: 'mpi',
      case: `${nameOf(sizes)}, ${scheme}`,
      backend,
      workers,
      samples,
      seconds: median(seconds),
      accuracy: times.at(-1)!.accuracy,
      ...(workers > 1 && { ratios: { 'one rank': ratio } }),
    };
  });
}

/** A sweep on one rank, on two, and on twice as many up to the cores, each a process on a core of its own, round by round. */
export async function benchRanks(context: Context): Promise<Row[]> {
  const rows: Row[] = [];
  for (const scheme of ['taylor', 'nested']) {
    context.progress(`${nameOf(context.plan.ranks.sizes)}, ${scheme}, on ranks of MPI`);
    rows.push(...(await benchScheme(scheme, context)));
  }
  return rows;
}
