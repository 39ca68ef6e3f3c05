import { freemem, totalmem } from 'node:os';
import { readFileSync } from 'node:fs';
import { must } from '../../core/errors.ts';
import { canStream, estimateMemory, fitMemory, type Room } from '../../core/memory-estimate.ts';
import type { DataOutline, NetworkOutline } from '../../core/trainer.ts';
import { memoryLimit } from './doctor/memory-limit.ts';
import { count, gibibytes } from './format.ts';
import type { RunConfiguration } from './run-file.ts';

/** Part of the free memory that a run may plan with: an estimate can be wrong, and others live on the machine too. */
const planned = 0.9;

const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

/** Bytes that a run on this machine may take. */
export const availableMemory = (): number => planned * Math.min(freemem(), memoryLimit(totalmem(), read) ?? Infinity);

/** Ranks that a launcher has started on this machine, of so many. */
export function ranksHere(env: Readonly<Record<string, string | undefined>>, ranks: number): number {
  const told = [
    env['OMPI_COMM_WORLD_LOCAL_SIZE'],
    env['MPI_LOCALNRANKS'],
    // Such as "16(x2),8": of the node at hand only Slurm knows which it is, so the first.
    /^\d+/.exec(env['SLURM_STEP_TASKS_PER_NODE'] ?? env['SLURM_TASKS_PER_NODE'] ?? '')?.[0],
  ].find((value) => value !== undefined && /^\d+$/.test(value));
  return told === undefined ? ranks : Math.min(ranks, Number(told));
}

/** What is about to be in memory. */
export interface MemoryQuestion extends NetworkOutline, Pick<Room, 'ranks' | 'ranksHere'> {
  readonly run: Pick<RunConfiguration, 'data' | 'precision' | 'scheme'>;
  readonly outline: DataOutline;
  /** Whether the samples are still to be read, and can be read from disk in every pass. */
  readonly sharded: boolean;
}

/** Where the samples of a run are going to be, and what to tell of it. */
export interface MemoryAnswer {
  /** In memory; else on disk. */
  readonly resident: boolean;
  /** One line for whoever watches. */
  readonly told: string;
}

/**
 * Decides where the samples are kept.
 *
 * @throws UserError where neither memory nor disk will do, with what would.
 */
export function planMemory({ run, outline, graph, state, sharded, ...ranks }: MemoryQuestion): MemoryAnswer {
  const { scheme, data, precision } = run;
  const { train, validation, test } = outline;
  const name = typeof scheme === 'string' ? scheme : scheme.name;
  const room: Room = { ...ranks, available: availableMemory() };
  const kept = state === undefined ? 'does not say what it keeps' : `keeps ${state.needed} numbers`;
  must(data.resident !== false || canStream(state), () => {
    return `data.resident: false asks for samples on disk, but scheme "${name}" ${kept} per sample: use one that keeps nothing, e.g. nested.`;
  });
  const others = (validation?.samples ?? 0) + (test?.samples ?? 0);
  const whole = estimateMemory({ samples: train.samples, others, graph, state, precision });
  // What is read as a whole lies in memory already, and is not free any more.
  const estimate = sharded ? whole : { ...whole, data: 0 };
  const fit = fitMemory(estimate, room, sharded && canStream(state) && data.resident === 'auto');
  const who = `${room.ranksHere} ${room.ranksHere === 1 ? 'rank' : 'ranks'} on this machine`;
  const parts = `samples ${gibibytes(whole.data)}, what the scheme keeps of them ${gibibytes(whole.state)}`;
  const free = `${gibibytes(room.available)} can be used`;
  const disk = data.resident === false || ('residence' in fit && fit.residence === 'disk');
  if (disk) {
    return {
      resident: false,
      told: `${parts}, read from disk; ${who} need ${gibibytes(estimate.rank * room.ranksHere)}, ${free}`,
    };
  }
  const told = `${parts}; ${who} need ${gibibytes(fit.bytes)}`;
  if ('residence' in fit) return { resident: true, told: `${told}, ${free}` };
  must(data.resident === true, () => {
    const { machines } = fit;
    const more =
      machines === undefined
        ? 'No number of such machines will do'
        : `${count(machines * room.ranksHere)} ranks on ${count(machines)} such machines would do (mpirun)`;
    const other = canStream(state)
      ? 'with `data.sharded: true` the samples can stay on disk'
      : 'so would a scheme that keeps nothing per sample, e.g. nested';
    return `Too little memory: ${told}, but only ${free}; scheme "${name}" ${kept} per sample. ${more}; ${other}; \`data.resident: true\` tries all the same.`;
  });
  return { resident: true, told: `${told}, but only ${free}: tried all the same` };
}
