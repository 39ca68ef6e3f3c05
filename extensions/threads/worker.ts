import { parentPort, workerData } from 'node:worker_threads';
import { must, UserError } from '../../core/errors.ts';
import { AbandonedError } from './barrier.ts';
import { threadConsensus } from './consensus.ts';
import type { PlainError, ThreadProgram, WorkerMessage, WorkerStart } from './messages.ts';
import { SharedFlag, signalOf } from './shared-flag.ts';

const { program, rank, size, memory, aborted, data } = workerData as WorkerStart;

const say = (message: WorkerMessage): void => parentPort!.postMessage(message);

/** By their names, as both may be of another copy of nograd, e.g. one that a plug-in brings. */
const speakForThemselves = [UserError.name, AbandonedError.name];

/** Says which rank it comes from where the message cannot do without. */
function plain(thrown: unknown): PlainError {
  const { name, message, stack } = thrown instanceof Error ? thrown : new Error(String(thrown));
  const told = speakForThemselves.includes(name) ? message : `Rank ${rank} of ${size}: ${message}`;
  return { misuse: name === UserError.name, message: told, stack };
}

async function load(): Promise<ThreadProgram> {
  const { run } = (await import(program)) as { run?: ThreadProgram };
  must(typeof run === 'function', () => `Threads run the export "run" of a module, but ${program} has none.`);
  return run;
}

const consensus = threadConsensus(memory, rank, size);
try {
  const run = await load();
  const post = (message: unknown): void => say({ kind: 'message', message });
  const value = await run(consensus, data, { signal: signalOf(new SharedFlag(aborted)), post });
  say({ kind: 'returned', value: rank === 0 ? value : undefined });
} catch (thrown) {
  say({ kind: thrown instanceof AbandonedError ? 'abandoned' : 'failed', error: plain(thrown) });
} finally {
  consensus.close();
}
