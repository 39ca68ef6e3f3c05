import { describe, expect, it } from 'vitest';
import { UserError } from '../../../core/errors.ts';
import { runOnThreads, WorkerLostError, type ThreadRun } from '../../../extensions/threads/index.ts';
import type { Misdeed } from './programs/misbehave.ts';

const programs = new URL('./programs/', import.meta.url);

/** The error of two ranks, one of which misbehaves, once all were under way. */
async function errorOf(misdeed: Misdeed, given: Partial<ThreadRun> = {}): Promise<unknown> {
  const messages: unknown[] = [];
  const onMessage = (message: unknown, rank: number): void => void (messages[rank] = message);
  const run = { program: new URL('misbehave.ts', programs), size: 2, data: misdeed, onMessage, ...given };
  const error = await runOnThreads(run).then(
    () => 'no error',
    (thrown: unknown) => thrown,
  );
  expect(messages[misdeed.rank]).toBe('under way');
  return error;
}

describe('a run on threads', () => {
  it('ends with the UserError of a rank that the other waits for', async () => {
    const error = await errorOf({ rank: 1, how: 'misuses something' });
    expect(error).toBeInstanceOf(UserError);
    expect(error).toHaveProperty('message', 'gamma is -1, but has to be positive.');
  });

  it('ends with any other error of a rank, with the rank in front, and where it was thrown', async () => {
    const error = await errorOf({ rank: 1, how: 'throws' });
    expect(error).not.toBeInstanceOf(UserError);
    expect(error).toMatchObject({ message: 'Rank 1 of 2: no such thing' });
    expect(error).toHaveProperty('stack', expect.stringContaining('misbehave.ts'));
  });

  it.each<[Misdeed['how'], string]>([
    ['throws when nobody looks', 'Rank 1 of 2 was lost: too late'],
    ['exits', 'Rank 1 of 2 was lost: its thread ended with exit code 3 before its work was done.'],
    ['has nothing left to do', 'Rank 1 of 2 was lost: its thread ended with exit code'],
  ])('ends when a rank %s', async (how, message) => {
    const error = await errorOf({ rank: 1, how });
    expect(error).toBeInstanceOf(WorkerLostError);
    expect(error).toHaveProperty('message', expect.stringContaining(message));
  });

  it('ends when a rank uses up its memory', async () => {
    const resourceLimits = { maxOldGenerationSizeMb: 64 };
    const error = await errorOf({ rank: 0, how: 'uses up its memory' }, { resourceLimits });
    expect(error).toBeInstanceOf(WorkerLostError);
    expect(error).toHaveProperty('message', expect.stringMatching(/^Rank 0 of 2 was lost: .* memory/));
  });

  it('ends when a rank is done while the other waits for it', async () => {
    const error = await errorOf({ rank: 1, how: 'ends before the others' });
    expect(error).toHaveProperty('message', expect.stringMatching(/^Rank 0 of 2 waits for a rank that has ended/));
  });

  it('ends with the error of who is told', async () => {
    const onMessage = (): void => {
      throw new UserError('metrics.jsonl: cannot be written (ENOSPC).');
    };
    const run = runOnThreads({ program: new URL('misbehave.ts', programs), size: 2, data: { rank: 9 }, onMessage });
    await expect(run).rejects.toThrow(new UserError('metrics.jsonl: cannot be written (ENOSPC).'));
  });

  it.each<[string, Partial<ThreadRun>, string]>([
    ['no worker', { size: 0 }, 'The number of workers is a whole number, at least 1, got 0.'],
    ['half a worker', { size: 1.5 }, 'got 1.5.'],
    ['a program that is not there', { program: new URL('missing.ts', programs) }, 'missing.ts'],
    ['a module without a program', { program: new URL('no-program.ts', programs) }, 'has none'],
    ['data that cannot be cloned', { data: () => undefined }, 'could not be cloned'],
  ])('cannot begin with %s', async (_, given, message) => {
    const run = runOnThreads({ program: new URL('spin.ts', programs), size: 1, data: undefined, ...given });
    await expect(run).rejects.toThrow(message);
  });
});

describe('the main thread', () => {
  it('stays free while workers are busy, and reaches them by its signal though they never pause', async () => {
    const controller = new AbortController();
    let ticks = 0;
    const timer = setInterval(() => {
      if (++ticks === 20) controller.abort();
    }, 1);
    const run = { program: new URL('spin.ts', programs), size: 2, data: undefined, signal: controller.signal };
    const told = await runOnThreads(run).finally(() => clearInterval(timer));
    expect(ticks).toBeGreaterThanOrEqual(20);
    expect(told).toBe(1);
  });

  it('may have given its signal before the workers begin', async () => {
    const seen: unknown[] = [];
    const run = { program: new URL('spin.ts', programs), size: 1, data: undefined, signal: AbortSignal.abort() };
    await runOnThreads({ ...run, onMessage: (aborted) => void seen.push(aborted) });
    expect(seen).toEqual([true]);
  });
});
