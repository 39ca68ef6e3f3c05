import { extname } from 'node:path';
import type { Real } from '../../core/block.ts';
import type { Phase } from '../../core/phase-clock.ts';
import type { TrainingConfiguration } from '../../core/run-configuration.ts';
import { runOnThreads, type SharedData } from '../../extensions/threads/index.ts';
import { configurationOf } from './configuration.ts';
import type { Contender } from './contender.ts';
import { recordedScheme } from './module.ts';
import type { SweepJob, SweepMessage } from './sweep-program.ts';

/** How one sweep went. */
export interface SweepTurn {
  /** Seconds of the sweep. */
  readonly seconds: number;
  /** Operations per second over all workers, in 1e9; unknown of other implementations. */
  readonly gflops?: number;
  /** Objective per sample; unknown of other implementations. */
  readonly objective?: number;
  /** Of the deployed network on the training samples. */
  readonly accuracy: number;
  /** Seconds per phase, on rank 0. */
  readonly phases?: Readonly<Record<Phase, number>>;
  /** All weights after the sweep, layer by layer. */
  readonly weights: readonly Real[];
}

/** Something that sweeps. */
export interface SweepContender extends Contender<SweepTurn> {
  /** Who does it. */
  readonly backend: string;
  /** On how many threads. */
  readonly workers: number;
  /** How many samples. */
  readonly samples: number;
  /** Seconds before the first sweep. */
  readonly setupSeconds?: number;
}

/** What is to be swept, by whom. */
export interface SweepSetup {
  /** Features, units, outputs. */
  readonly sizes: readonly number[];
  /** Name of the linear algebra. */
  readonly backend: string;
  /** Worker threads. */
  readonly workers: number;
  /** The samples. */
  readonly problem: SharedData;
  /** Folder for the start values, for other implementations to start from; one worker alone writes them. */
  readonly startFolder?: string;
}

/** A run of any network and scheme. */
export interface HeldSetup extends Omit<SweepSetup, 'sizes'> {
  /** The run; it ends by a signal alone. */
  readonly configuration: TrainingConfiguration;
}

type Of<Kind extends SweepMessage['kind']> = Extract<SweepMessage, { kind: Kind }>;

/** A run on worker threads that goes on only when it is allowed to. */
interface HeldRun {
  /** The next message; call it before what brings it about. */
  next<Kind extends SweepMessage['kind']>(kind: Kind): Promise<Of<Kind>>;
  /** Lets one more sweep begin. */
  allow(): void;
  /** Ends the run. */
  end(): Promise<void>;
}

// Beside this file: TypeScript, or JavaScript where this has been compiled.
const { url } = import.meta;
const program = new URL(`./sweep-program${extname(url)}`, url);

function hold(job: Omit<SweepJob, 'allowed'>, workers: number): HeldRun {
  const allowed = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const controller = new AbortController();
  let receive: (message: SweepMessage) => void = () => undefined;
  const onMessage = (message: unknown): void => receive(message as SweepMessage);
  const { signal } = controller;
  const ended = runOnThreads({ program, size: workers, data: { ...job, allowed }, signal, onMessage });
  const lost = ended.then((): never => {
    throw new Error(`A run with ${workers} workers has ended before its time.`);
  });
  // Told to whoever waits for the next message.
  lost.catch(() => undefined);
  const allow = (): void => {
    Atomics.add(allowed, 0, 1);
    Atomics.notify(allowed, 0);
  };
  return {
    allow,
    next<Kind extends SweepMessage['kind']>(kind: Kind): Promise<Of<Kind>> {
      const said = new Promise<Of<Kind>>((resolve) => {
        receive = (message) => {
          if (message.kind === kind) resolve(message as Of<Kind>);
        };
      });
      return Promise.race<Of<Kind>>([said, lost]);
    },
    async end() {
      controller.abort();
      allow();
      await ended;
    },
  };
}

/** A chain of dense layers under `taylor` on worker threads, held between its sweeps. */
export function sweepContender({ sizes, ...setup }: SweepSetup): Promise<SweepContender> {
  const scheme = setup.startFolder === undefined ? 'taylor' : recordedScheme;
  return heldContender({ ...setup, configuration: configurationOf(sizes, setup.backend, scheme) });
}

/** Any run on worker threads, held between its sweeps. */
export async function heldContender(setup: HeldSetup): Promise<SweepContender> {
  const { configuration, backend, workers, problem, startFolder } = setup;
  const held = hold({ configuration, train: problem, ...(startFolder && { startFolder }) }, workers);
  const { setupSeconds } = await held.next('ready');
  return {
    name: `${backend}, ${workers} ${workers === 1 ? 'worker' : 'workers'}`,
    backend,
    workers,
    samples: problem.x.rows,
    setupSeconds,
    async turn() {
      const swept = held.next('swept');
      held.allow();
      const { record, weights } = await swept;
      const { seconds, gflops, objective, phases, train } = record;
      return { seconds, gflops, objective, phases, accuracy: train.accuracy, weights };
    },
    close: () => held.end(),
  };
}
