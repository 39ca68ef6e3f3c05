import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { loadKoffi } from '../../extensions/native/koffi.ts';

/** A family of MPI implementations, as Debian installs it beside the other. */
export interface Family {
  readonly name: 'Open MPI' | 'MPICH';
  /** Its launcher, with the arguments that let root start more ranks than there are cores. */
  readonly mpirun: readonly [string, ...string[]];
}

export const families: readonly Family[] = [
  { name: 'Open MPI', mpirun: ['/usr/bin/mpirun.openmpi', '--allow-run-as-root', '--oversubscribe'] },
  { name: 'MPICH', mpirun: ['/usr/bin/mpirun.mpich'] },
];

const packageOf = { 'Open MPI': 'openmpi-bin', MPICH: 'mpich' } as const;

/**
 * How often a test of whole jobs is tried again. Once in some hundred starts, a process under Debian's MPICH has died in the allocator
 * of V8 with UCX loaded; the cause is not known.
 */
export const crashesOfLaunchers = 1;

/** Why tests of a family are skipped, in brackets; empty where nothing is missing. */
export function absence({ name, mpirun }: Family): string {
  const koffi = loadKoffi();
  if (typeof koffi === 'string') return ` (skipped: no package koffi: ${koffi})`;
  return existsSync(mpirun[0]) ? '' : ` (skipped: no ${packageOf[name]})`;
}

/** What a job printed. */
export interface Job {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A job under way. */
export interface StartedJob {
  readonly child: ChildProcess;
  readonly ended: Promise<Job>;
  /** Resolves when that text has appeared on standard error; rejects where the job ends without it. */
  readonly appears: (text: string) => Promise<void>;
}

/** Launchers are told what they need of the environment, and nothing that vitest sets for itself. */
const environment = (): NodeJS.ProcessEnv => {
  const { PATH, HOME, TMPDIR, USER } = process.env;
  return {
    PATH,
    HOME,
    USER,
    ...(TMPDIR === undefined ? {} : { TMPDIR }),
    OMPI_MCA_btl_vader_single_copy_mechanism: 'none',
  };
};

/** Starts a command, most often a launcher. */
export function startJob(words: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): StartedJob {
  const [command, ...rest] = words;
  const child = spawn(command!, rest, { cwd, env: { ...environment(), ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  const watchers = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    for (const look of watchers) look();
  });
  const ended = new Promise<Job>((resolve) => {
    child.on('close', (code, signal) => resolve({ code: code ?? (signal === null ? 1 : 128), stdout, stderr }));
  });
  const appears = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!stderr.includes(text)) return;
        watchers.delete(look);
        resolve();
      };
      watchers.add(look);
      look();
      void ended.then(() => reject(new Error(`The job ended without "${text}":\n${stderr}`)));
    });
  return { child, ended, appears };
}

/** Process ids of the ranks that work in a folder, by rank, as Linux shows them. */
export function ranksIn(folder: string): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (readlinkSync(`/proc/${pid}/cwd`) !== folder || readlinkSync(`/proc/${pid}/exe`) !== process.execPath)
        continue;
      const rank = /(?:^|\0)(?:OMPI_COMM_WORLD_RANK|PMI_RANK)=(\d+)/.exec(
        readFileSync(`/proc/${pid}/environ`, 'latin1'),
      );
      if (rank !== null) found.set(Number(rank[1]), Number(pid));
    } catch {
      // It has ended in the meantime.
    }
  }
  return found;
}
