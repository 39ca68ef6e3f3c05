import { CommanderError } from 'commander';
import { UserError } from '../../core/errors.ts';
import { WorkerLostError } from '../threads/index.ts';
import { coloursFor, line, type Io } from './io.ts';

/** Text as one line. */
export const oneLine = (text: string): string => text.trim().replace(/\s*\n\s*/g, ' ');

/** The exit code that an error stands for: 2 misuse or bad input, 1 anything else. */
export const exitCodeOf = (error: unknown): number => (error instanceof UserError ? 2 : 1);

/** Tells an error and says which exit code it stands for. */
export function report(error: unknown, { stderr, env }: Pick<Io, 'stderr' | 'env'>): number {
  // The text is out already; help that was asked for is no misuse.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const { red } = coloursFor(stderr, env);
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  line(stderr, `${red('nograd:')} ${oneLine(message)}`);
  if (error instanceof UserError || error instanceof WorkerLostError) return exitCodeOf(error);
  line(stderr, 'This is a bug in nograd: please report it with the lines below.');
  line(stderr, stack ?? message);
  return exitCodeOf(error);
}
