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
  /** Told what ranks post: the messages of one rank one by one, and all before the result. An error ends the run. */
  readonly onMessage?: (message: unknown, rank: number) => void | Promise<void>;
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

/** The error as it was thrown, as far as it can be told. */
function revive({ misuse, message, stack }: PlainError): Error {
  if (misuse) return new UserError(message);
  const error = new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}

/** Waits for a worker, and until all is told that it posted; rejects as soon as it fails or is lost. */
function endOf(worker: Worker, who: string, tell: (message: unknown) => void | Promise<void>): Promise<End> {
  return new Promise((resolve, reject) => {
    let told = Promise.resolve();
    worker.on('message', (said: WorkerMessage) => {
      if (said.kind === 'failed') reject(revive(said.error));
      else if (said.kind !== 'message') told.then(() => resolve(said), reject);
      else {
        told = told.then(() => tell(said.message));
        told.catch(reject);
      }
    });
    worker.once('messageerror', reject);
    worker.once('error', (error) => reject(new WorkerLostError(`${who} was lost: ${error.message}`)));
    // Comes after all messages, and matters only where none of them told of an end.
    worker.once('exit', (code) => {
      const lost = new WorkerLostError(
        `${who} was lost: its thread ended with exit code ${code} before its work was done.`,
      );
      told.then(() => reject(lost), reject);
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
    return endOf(worker, `Rank ${rank} of ${size}`, (message) => onMessage(message, rank));
  };
  try {
    const ends = await Promise.all(Array.from({ length: size }, (_, rank) => begin(rank)));
    const values = ends.map((end) => {
      if (end.kind === 'abandoned') throw revive(end.error);
      return end.value;
    });
    return values[0];
  } finally {
    signal?.removeEventListener('abort', abort);
    // Not waited for: a thread inside a native call ends only when that returns.
    for (const worker of workers) void worker.terminate();
  }
}
