import type { ResourceLimits, Worker } from 'node:worker_threads';
import { must, UserError } from '../../core/errors.ts';
import { consensusMemory } from './consensus.ts';
import type { PlainError, WorkerMessage, WorkerStart } from './messages.ts';
import { SharedFlag } from './shared-flag.ts';
import { startWorker } from './start-worker.ts';

/** What is to be run on threads. */
export interface ThreadRun {
  /** Module whose export `run` is a {@link ThreadProgram}: built JavaScript, or TypeScript where this thread runs it. */
  readonly program: URL;
  /** Number of ranks, each a worker thread. */
  readonly size: number;
  /** Given to every rank: cloned, but for `SharedArrayBuffer`s, which all see the same. */
  readonly data: unknown;
  /** Told what ranks post; the messages of one rank come in order, and before the result. An error ends the run. */
  readonly onMessage?: (message: unknown, rank: number) => void;
  /** Aborts the signal that every rank is given; it is for the program to end then. */
  readonly signal?: AbortSignal;
  /** Memory limits of each worker. Default: those of Node. */
  readonly resourceLimits?: ResourceLimits;
}

/** A worker that ended without a word: out of memory, or by leaving the process. */
export class WorkerLostError extends Error {
  /** `WorkerLostError`. */
  override readonly name = 'WorkerLostError';
}

/** How a worker ended that did not fail. */
type End = Extract<WorkerMessage, { kind: 'returned' | 'abandoned' }>;

const called = (rank: number, size: number): string => `Rank ${rank} of ${size}`;

/** A `UserError` stays as it is; anything else says which rank it comes from, and keeps its stack. */
function revive({ misuse, message, stack }: PlainError, who: string): Error {
  if (misuse) return new UserError(message);
  const error = new Error(`${who}: ${message}`);
  if (stack !== undefined) error.stack = stack;
  return error;
}

/** Waits for a worker; rejects as soon as it fails or is lost. */
function endOf(worker: Worker, who: string, onMessage: (message: unknown) => void): Promise<End> {
  return new Promise((resolve, reject) => {
    worker.on('message', (said: WorkerMessage) => {
      if (said.kind === 'failed') reject(revive(said.error, who));
      else if (said.kind !== 'message') resolve(said);
      else {
        try {
          onMessage(said.message);
        } catch (error) {
          reject(error as Error);
        }
      }
    });
    worker.once('messageerror', reject);
    worker.once('error', (error) => reject(new WorkerLostError(`${who} was lost: ${error.message}`)));
    // Comes last, and matters only where nothing was said before.
    worker.once('exit', (code) => {
      reject(new WorkerLostError(`${who} was lost: its thread ended with exit code ${code} before its work was done.`));
    });
  });
}

/**
 * Runs one program on so many ranks, each a worker thread, while the calling thread stays free.
 *
 * @returns What rank 0 returned, when all ranks are done.
 * @throws Whatever the first rank to fail has thrown: a `UserError` as it was, any other error with the rank in front;
 * {@link WorkerLostError} where a worker exits or runs out of memory. The other workers are ended at once.
 */
export async function runOnThreads(run: ThreadRun): Promise<unknown> {
  const { size, signal, data, resourceLimits, onMessage = () => undefined } = run;
  must(Number.isInteger(size) && size > 0, () => `The number of workers is a whole number, at least 1, got ${size}.`);
  const program = run.program.href;
  const flag = new SharedFlag();
  const abort = (): void => flag.raise();
  if (signal?.aborted === true) abort();
  signal?.addEventListener('abort', abort);
  const shared = { program, size, memory: consensusMemory(size), aborted: flag.memory, data };
  const workers: Worker[] = [];
  const begin = (rank: number): Promise<End> => {
    const workerData: WorkerStart = { ...shared, rank };
    const worker = startWorker(program, { workerData, ...(resourceLimits && { resourceLimits }) });
    workers.push(worker);
    return endOf(worker, called(rank, size), (message) => onMessage(message, rank));
  };
  try {
    const ends = await Promise.all(Array.from({ length: size }, (_, rank) => begin(rank)));
    for (const end of ends) if (end.kind === 'abandoned') throw revive(end.error, 'Threads');
    return (ends[0] as Extract<End, { kind: 'returned' }>).value;
  } finally {
    signal?.removeEventListener('abort', abort);
    // Not waited for: a thread inside a native call ends only when that returns.
    for (const worker of workers) void worker.terminate();
  }
}
