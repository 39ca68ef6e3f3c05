import { join } from 'node:path';
import { difference } from '../../core/agreement.ts';
import type { Checkpoints, Resumable, RunSnapshot } from '../../core/checkpoints.ts';
import type { ConsensusBackend } from '../../core/consensus.ts';
import { must, UserError } from '../../core/errors.ts';
import { gatherTexts } from '../../core/gather-texts.ts';
import { disk as thisDisk, type Disk } from './disk.ts';
import { DamagedFileError, readContents, readFacts, writeContents } from './file.ts';
import { CheckpointFolder } from './folder.ts';
import { belongs, rankContents, runContents, snapshotOf, type RunFacts } from './parts.ts';

/** When to keep a snapshot, and how many. */
export interface CheckpointSchedule {
  /** After so many sweeps, each time. Default: not by sweeps. */
  readonly sweeps?: number | undefined;
  /** After so many minutes, each time, at the end of the sweep. Default: not by time. */
  readonly minutes?: number | undefined;
  /** The last ones so many are kept. */
  readonly keep: number;
  /** Also when the run has finished, so that it can go on with another stopping rule? */
  readonly finished: boolean;
}

/** What checkpoints are made of and with, besides the run itself. All but the last two are plain data. */
export interface CheckpointOptions {
  /** Where they are kept; all ranks see it. */
  readonly folder: string;
  /** When. */
  readonly schedule: CheckpointSchedule;
  /** Go on from the last one there? */
  readonly resume: boolean;
  /** What a run has to have in common with one that goes on from its checkpoint: plain data. */
  readonly identity: Readonly<Record<string, unknown>>;
  /** Version of nograd. */
  readonly nograd: string;
}

/** What checkpoints work with. */
export interface CheckpointServices {
  /** Of the run's ranks. */
  readonly consensus: ConsensusBackend;
  /** Tells the user something, e.g. that a checkpoint cannot be written. Called on rank 0. */
  readonly note: (text: string) => void;
  /** Where files are written. Default: the file system of this machine. */
  readonly disk?: Disk;
  /** The time in milliseconds. Default: that of this machine. */
  readonly now?: () => number;
}

const runFile = 'run.ckpt';
const rankFile = (rank: number): string => `rank-${rank}.ckpt`;

const reasonOf = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof DamagedFileError) return message;
  return code === 'ENOSPC' ? 'the disk is full (ENOSPC)' : (code ?? message);
};

/** What {@link peekCheckpoint} finds. */
export type CheckpointOutline = Pick<RunFacts, 'ranks' | 'perSample'>;

/** Of how many ranks the last checkpoint in a folder is; `undefined` where there is none that can be read. */
export function peekCheckpoint(path: string): CheckpointOutline | undefined {
  const folder = new CheckpointFolder(path, thisDisk);
  for (const sweep of folder.sweeps()) {
    try {
      return readFacts(join(folder.of(sweep), runFile)) as unknown as RunFacts;
    } catch {
      continue;
    }
  }
  return undefined;
}

/**
 * Snapshots in files. A checkpoint is a folder: `run.ckpt`, and `rank-N.ckpt` of every rank where the scheme keeps numbers of
 * every sample. It is written under another name, forced to the disk, and renamed when all ranks are done, so that one with
 * its name is whole. All files have checksums; one that does not match is set aside, and the checkpoint before is used.
 */
export class FileCheckpoints implements Checkpoints {
  readonly #options: CheckpointOptions;
  readonly #consensus: ConsensusBackend;
  readonly #note: (text: string) => void;
  readonly #disk: Disk;
  readonly #folder: CheckpointFolder;
  readonly #now: () => number;
  #saved: number;

  constructor(options: CheckpointOptions, { consensus, note, disk = thisDisk, now = Date.now }: CheckpointServices) {
    this.#options = options;
    this.#consensus = consensus;
    this.#note = consensus.rank === 0 ? note : () => undefined;
    this.#disk = disk;
    this.#folder = new CheckpointFolder(options.folder, disk);
    this.#now = now;
    this.#saved = now();
  }

  load(): RunSnapshot | undefined {
    if (!this.#options.resume) return undefined;
    const sweeps = this.#sweepsThere();
    for (const sweep of sweeps) {
      const { found, problem } = this.#read(sweep);
      const trouble = this.#firstProblem(problem);
      if (trouble !== undefined) {
        this.#setAside(sweep, trouble);
        continue;
      }
      this.#note(`goes on from ${this.#folder.of(sweep)}, after ${sweep} sweeps.`);
      return found;
    }
    must(sweeps.length === 0, () => {
      return `None of the ${sweeps.length} checkpoints in ${this.#options.folder} can be used: start anew, without --resume.`;
    });
    this.#note(`${this.#options.folder} has no checkpoint yet: starts from the beginning.`);
    return undefined;
  }

  offer({ record: { sweep }, ending, snapshot }: Resumable): void {
    if (!this.#isDue(sweep, ending)) return;
    this.#saved = this.#now();
    const problem = this.#write(sweep, snapshot());
    if (problem === undefined) return;
    this.#try(() => this.#consensus.rank === 0 && this.#folder.removeUnfinished());
    const kept = this.#try(() => this.#folder.sweeps()[0]);
    const last = typeof kept === 'number' ? `the one of sweep ${kept} is kept` : 'there is none yet';
    this.#note(`no checkpoint after sweep ${sweep}: ${problem}; training goes on, ${last}.`);
  }

  #isDue(sweep: number, ending: Resumable['ending']): boolean {
    const { schedule } = this.#options;
    if (ending !== undefined) return ending === 'interrupted' || schedule.finished;
    if (schedule.sweeps !== undefined && sweep % schedule.sweeps === 0) return true;
    if (schedule.minutes === undefined) return false;
    // Clocks differ: rank 0 decides for all.
    const due = Float64Array.of(Number(this.#now() - this.#saved >= 60_000 * schedule.minutes));
    this.#consensus.broadcast(due);
    return due[0] === 1;
  }

  /** Writes on all ranks. What went wrong on the first rank where something did. */
  #write(sweep: number, snapshot: RunSnapshot): string | undefined {
    const { rank, size } = this.#consensus;
    const { identity, nograd, schedule } = this.#options;
    const folder = this.#folder;
    const part = folder.partOf(sweep);
    const steps: (() => void)[] = [
      () => rank === 0 && folder.begin(sweep),
      () => {
        if (snapshot.perSample) this.#put(join(part, rankFile(rank)), rankContents(snapshot, rank, size));
        if (rank === 0) this.#put(join(part, runFile), runContents(snapshot, { identity, nograd, ranks: size }));
      },
      () => rank === 0 && folder.finish(sweep, schedule.keep),
    ];
    for (const step of steps) {
      const problem = this.#firstProblem(this.#failure(step));
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  #put(path: string, contents: ReturnType<typeof runContents>): void {
    writeContents(path, contents, this.#disk);
  }

  /** The newest first, as rank 0 sees them. */
  #sweepsThere(): number[] {
    const own = this.#consensus.rank === 0 ? this.#folder.sweeps() : [];
    return JSON.parse(gatherTexts(JSON.stringify(own), this.#consensus)[0]!) as number[];
  }

  /** A checkpoint, or what is wrong with its files. */
  #read(sweep: number): { readonly found?: RunSnapshot; readonly problem?: string } {
    const { rank } = this.#consensus;
    const path = this.#folder.of(sweep);
    let name = runFile;
    try {
      const run = readContents(join(path, name));
      const facts = run.facts as unknown as RunFacts;
      this.#mustFit(facts, path);
      if (!facts.perSample) return { found: snapshotOf(run, undefined) };
      name = rankFile(rank);
      const own = readContents(join(path, name));
      if (!belongs(own, facts, rank)) return { problem: `${join(path, name)}: it is of another checkpoint` };
      return { found: snapshotOf(run, own) };
    } catch (error) {
      if (error instanceof UserError) throw error;
      return { problem: `${join(path, name)}: ${reasonOf(error)}` };
    }
  }

  /** Holds this run to the one of the checkpoint. */
  #mustFit({ identity, ranks, perSample, nograd }: RunFacts, path: string): void {
    const { size } = this.#consensus;
    const found = difference(identity, this.#options.identity);
    must(found === undefined, () => {
      return `${path} is of another run: ${found!.path} was ${found!.one}, and is ${found!.other} now. Go on with the same, or start anew with another --out.`;
    });
    must(!perSample || ranks === size, () => {
      return `${path} is of ${ranks} ${ranks === 1 ? 'rank' : 'ranks'} that each keep numbers of their own samples, which ${size} cannot share: go on with ${ranks} (mpirun -n ${ranks}, or --workers ${ranks}).`;
    });
    if (nograd !== this.#options.nograd) {
      this.#note(`${path} was written by nograd ${nograd}, this is ${this.#options.nograd}: the bits may differ.`);
    }
  }

  #setAside(sweep: number, problem: string): void {
    const aside = this.#consensus.rank === 0 ? this.#try(() => this.#folder.setAside(sweep)) : undefined;
    this.#note(`a checkpoint cannot be used and is set aside${aside === undefined ? '' : ` as ${aside}`}: ${problem}.`);
  }

  /** Of all ranks, with the rank in front where there are several. A collective call. */
  #firstProblem(own: string | undefined): string | undefined {
    const problems = gatherTexts(own ?? '', this.#consensus);
    const first = problems.findIndex((problem) => problem !== '');
    if (first < 0) return undefined;
    return problems.length === 1 ? problems[first] : `rank ${first}: ${problems[first]!}`;
  }

  /** What an attempt has thrown, as text. */
  #failure(attempt: () => unknown): string | undefined {
    try {
      attempt();
      return undefined;
    } catch (error) {
      return `${this.#options.folder} cannot be written: ${reasonOf(error)}`;
    }
  }

  /** The value of something that may fail without harm. */
  #try<T>(attempt: () => T): T | undefined {
    try {
      return attempt();
    } catch {
      return undefined;
    }
  }
}
