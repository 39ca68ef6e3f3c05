/** What a launcher says of the process that it has started. */
export interface Launch {
  /** How the launcher is called in messages. */
  readonly launcher: string;
  /** Whose launcher it is, where that is known: its library has to be the one that is opened. */
  readonly family?: 'Open MPI' | 'MPICH';
  /** Which of the ranks this process is. */
  readonly rank: number;
  /** How many ranks there are, where the launcher says so. */
  readonly size?: number;
  /** Why the ranks cannot find each other, where that is known. */
  readonly problem?: string;
}

/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

const whole = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;

interface Kind {
  readonly launcher: string;
  readonly family?: 'Open MPI' | 'MPICH';
  readonly rank: string;
  readonly size: string;
}

/** In this order: Open MPI's mpirun sets PMIx variables as well, and so does Slurm with `--mpi=pmix`. */
const kinds: readonly Kind[] = [
  { launcher: 'mpirun of Open MPI', family: 'Open MPI', rank: 'OMPI_COMM_WORLD_RANK', size: 'OMPI_COMM_WORLD_SIZE' },
  { launcher: 'a launcher with PMI, as mpirun of MPICH', family: 'MPICH', rank: 'PMI_RANK', size: 'PMI_SIZE' },
  { launcher: 'a launcher with PMIx, as srun --mpi=pmix', rank: 'PMIX_RANK', size: 'SLURM_STEP_NUM_TASKS' },
];

/** How this process was started as one rank of several, from the environment; `undefined` where it was started alone. */
export function launchOf(env: Environment): Launch | undefined {
  for (const { launcher, family, rank: rankName, size: sizeName } of kinds) {
    const rank = whole(env[rankName]);
    const size = whole(env[sizeName]);
    if (rank !== undefined) return { launcher, ...(family && { family }), rank, ...(size !== undefined && { size }) };
  }
  const size = whole(env['SLURM_STEP_NUM_TASKS']) ?? 1;
  if (size === 1) return undefined;
  const problem = `srun has started ${size} tasks that cannot find each other: give it --mpi=pmix (srun --mpi=list says what it knows).`;
  return { launcher: 'srun', rank: whole(env['SLURM_PROCID']) ?? 0, size, problem };
}
