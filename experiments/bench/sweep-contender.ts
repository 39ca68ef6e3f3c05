import type { Real } from '../../core/block.ts';
import type { Phase } from '../../core/phase-clock.ts';
import { runOnThreads, type SharedData } from '../../extensions/threads/index.ts';
import { configurationOf } from './configuration.ts';
import type { Contender } from './contender.ts';
import { recordedScheme } from './recorded-start.ts';
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

type Of<Kind extends SweepMessage['kind']> = Extract<SweepMessage, { kind: Kind }>;

/** nograd on worker threads, held between its sweeps. */
export async function sweepContender(setup: SweepSetup): Promise<SweepContender> {
  const { sizes, backend, workers, problem, startFolder } = setup;
  const allowed = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const configuration = configurationOf(sizes, backend, startFolder === undefined ? 'taylor' : recordedScheme);
  const job: SweepJob = { configuration, train: problem, allowed, ...(startFolder && { startFolder }) };
  const controller = new AbortController();
  let receive: (message: SweepMessage) => void = () => undefined;
  const ended = runOnThreads({
    program: new URL('./sweep-program.ts', import.meta.url),
    size: workers,
    data: job,
    signal: controller.signal,
    onMessage: (message) => receive(message as SweepMessage),
  });
  const lost = ended.then((): never => {
    throw new Error(`${backend} with ${workers} workers has ended before its time.`);
  });
  lost.catch(() => undefined);
  const next = <Kind extends SweepMessage['kind']>(): Promise<Of<Kind>> => {
    const said = new Promise<Of<Kind>>((resolve) => (receive = (message) => resolve(message as Of<Kind>)));
    return Promise.race([said, lost]);
  };
  const allow = (): void => {
    Atomics.add(allowed, 0, 1);
    Atomics.notify(allowed, 0);
  };
  const { setupSeconds } = await next<'ready'>();
  return {
    name: `${backend}, ${workers} ${workers === 1 ? 'worker' : 'workers'}`,
    backend,
    workers,
    samples: problem.x.rows,
    setupSeconds,
    async turn() {
      const swept = next<'swept'>();
      allow();
      const { record, weights } = await swept;
      const { seconds, gflops, objective, phases, train } = record;
      return { seconds, gflops, objective, phases, accuracy: train.accuracy, weights };
    },
    async close() {
      controller.abort();
      allow();
      await ended;
    },
  };
}
