import { extname } from 'node:path';
import type { Trained, Trainer, TrainingData } from '../../core/trainer.ts';
import type { ShareRequest } from '../data/index.ts';
import { availableWorkers, openSharedData, runOnThreads, shareData } from '../threads/index.ts';
import type { RunConfiguration } from './run-file.ts';
import { withSources } from './sources.ts';
import type { Watcher } from './watcher.ts';
import type { RunEvent, WorkerJob, WorkerResult } from './worker.ts';

/** A worker with fewer samples than this spends its time waiting for the others. */
const leastShare = 512;

/** The data in memory that threads share. The samples given are copied, and can be forgotten. */
export const inSharedMemory = (data: TrainingData): TrainingData =>
  withSources(data, (source) => openSharedData(shareData(source)));

/**
 * Holds data to its ranks: each has to have samples, to train, validate or test on.
 *
 * @throws UserError where there are fewer samples than ranks.
 */
export function mustReach({ train, validation, test }: TrainingData, ranks: number): void {
  for (const source of [train, validation, test]) source?.shard(0, ranks, source.samples);
}

/** How many workers to train with where each reads its share. */
export const workersForShares = (wanted: RunConfiguration['workers']): number =>
  wanted === 'auto' ? availableWorkers() : wanted;

/**
 * How many workers to train with.
 *
 * @throws UserError where there are fewer samples, to train, validate or test on, than workers wanted.
 */
export function workersFor(wanted: RunConfiguration['workers'], data: TrainingData): number {
  const { train, validation, test } = data;
  const sources = [train, validation, test].filter((source) => source !== undefined);
  const samples = Math.min(...sources.map((source) => source.samples));
  const worthwhile = Math.max(1, Math.min(samples, Math.floor(train.samples / leastShare)));
  const workers = wanted === 'auto' ? Math.min(availableWorkers(), worthwhile) : wanted;
  mustReach(data, workers);
  return workers;
}

async function tell(watchers: readonly Watcher[], event: RunEvent): Promise<void> {
  for (const watcher of watchers) {
    if (event.kind === 'reading') watcher.reading?.(event.name, event.rows, event.part);
    else if (event.kind === 'start') await watcher.start?.(event.run);
    else if (event.kind === 'note') watcher.note?.(event.text);
    else if (event.kind === 'sweep') await watcher.sweep?.(event.record);
    else await watcher.end?.(event.outcome, event.last);
  }
}

/** Who watches a run, who may end it, and on how many threads it is. */
interface ThreadHooks {
  readonly workers: number;
  readonly watchers: readonly Watcher[];
  readonly signal: AbortSignal;
}

/**
 * Trains in workers, one or more, so that the main thread stays free for progress and signals.
 *
 * @param trainer - Has checked the run: a BLAS has to be opened here before a worker does, to have one thread in each.
 */
export async function trainOnThreads(
  { data, ...job }: Omit<WorkerJob, 'data'> & { readonly data: TrainingData | ShareRequest },
  trainer: Trainer,
  { workers, watchers, signal }: ThreadHooks,
): Promise<Trained> {
  const { url: here } = import.meta;
  const inMemory = typeof data.train === 'object';
  const given: WorkerJob = {
    ...job,
    data: inMemory ? withSources(data as TrainingData, shareData) : (data as ShareRequest),
  };
  const { description, weights, end, result } = (await runOnThreads({
    program: new URL(`./worker${extname(here)}`, here),
    size: workers,
    data: given,
    onMessage: (event) => tell(watchers, event as RunEvent),
    signal,
  })) as WorkerResult;
  return { model: trainer.load(description, weights), end, result };
}
