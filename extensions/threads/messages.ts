import type { ConsensusBackend } from '../../core/consensus.ts';

/** What a program can do besides agreeing with the other ranks. */
export interface ThreadContext {
  /** Aborted as soon as the signal of the main thread is. */
  readonly signal: AbortSignal;
  /** Sends something that can be cloned to the main thread. */
  readonly post: (message: unknown) => void;
}

/**
 * What every rank runs: the export `run` of a module. The result of rank 0 is that of the whole; it is cloned to the main
 * thread, as is whatever goes in.
 */
export type ThreadProgram = (consensus: ConsensusBackend, data: unknown, context: ThreadContext) => unknown;

/** What a worker is started with. */
export interface WorkerStart {
  /** URL of the module that exports `run`. */
  readonly program: string;
  /** Which rank it is. */
  readonly rank: number;
  /** How many there are. */
  readonly size: number;
  /** What they agree through. */
  readonly memory: SharedArrayBuffer;
  /** The flag that ends the run. */
  readonly aborted: SharedArrayBuffer;
  /** For the program. */
  readonly data: unknown;
}

/** An error as plain data. */
export interface PlainError {
  /** Whether it is a `UserError`. */
  readonly misuse: boolean;
  /** What it says. */
  readonly message: string;
  /** Where it was thrown. */
  readonly stack: string | undefined;
}

/** What a worker says: messages of the program, and then how it ended. */
export type WorkerMessage =
  | { readonly kind: 'message'; readonly message: unknown }
  | { readonly kind: 'returned'; readonly value: unknown }
  // It waited for a rank that had ended, which knows why.
  | { readonly kind: 'abandoned'; readonly error: PlainError }
  | { readonly kind: 'failed'; readonly error: PlainError };
