import { UserError } from '../../core/errors.ts';

/** An error as text, as one rank tells it to the others. */
export interface PlainFailure {
  /** Whether it is a `UserError`. */
  readonly misuse: boolean;
  /** What it says. */
  readonly message: string;
  /** Where it was thrown. */
  readonly stack?: string;
}

/** By its name, as it may be of another copy of nograd, e.g. one that a plug-in brings. */
export function plainFailure(thrown: unknown): PlainFailure {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { name, message, stack } = error;
  return { misuse: name === UserError.name, message, ...(stack !== undefined && { stack }) };
}

/** Thrown on a rank in the call in which it hears that another has failed: it follows from what the other has thrown. */
export class RankFailedError extends Error {
  /** `RankFailedError`. */
  override readonly name = 'RankFailedError';
  /** What the other rank has thrown, with its number in front: the one thing to tell. */
  readonly failure: Error;

  constructor(failure: Error) {
    super(failure.message);
    this.failure = failure;
  }
}

/** The error as it was thrown, as far as it can be told, with `who` in front. */
export function revive({ misuse, message, stack }: PlainFailure, who: string): Error {
  if (misuse) return new UserError(`${who}${message}`);
  const error = new Error(`${who}${message}`);
  if (stack !== undefined) error.stack = stack;
  return error;
}

/** A number below 2^31 that stands for a text (FNV-1a). */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 1;
}
