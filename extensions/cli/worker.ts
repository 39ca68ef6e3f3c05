import type { Real } from '../../core/block.ts';
import type { ConsensusBackend } from '../../core/consensus.ts';
import type { RunEnd } from '../../core/engine.ts';
import type { ModelDescription } from '../../core/model.ts';
import type { Observer, SweepRecord } from '../../core/observer.ts';
import type { Outcome } from '../../core/outcome.ts';
import type { RunResult } from '../../core/result.ts';
import type { TrainingConfiguration } from '../../core/run-configuration.ts';
import type { CheckpointOptions } from '../checkpoint/index.ts';
import type { TrainingData } from '../../core/trainer.ts';
import { readShares, type DataCatalogue, type ShareRequest } from '../data/index.ts';
import { openSharedData, type SharedData, type ThreadProgram } from '../threads/index.ts';
import { openCheckpoints } from './checkpointing.ts';
import { compose } from './composition.ts';
import { loadPlugin } from './plugins.ts';
import { withSources, type DataIn } from './sources.ts';
import type { RunOutline } from './watcher.ts';

/** What every worker builds its run from: plain data, and samples in shared memory, or what to read its share of. */
export interface WorkerJob {
  readonly training: TrainingConfiguration;
  readonly data: DataIn<SharedData> | ShareRequest;
  /** As the run file spells them. */
  readonly plugins: readonly string[];
  /** The folder of the run file. */
  readonly folder: string;
  /** How to keep checkpoints; none where absent. */
  readonly checkpoints?: CheckpointOptions | undefined;
}

/** What the worker of rank 0 posts as the run goes. */
export type RunEvent =
  | { readonly kind: 'reading'; readonly name: string; readonly rows: number; readonly part: number }
  | { readonly kind: 'start'; readonly run: RunOutline }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'sweep'; readonly record: SweepRecord }
  | { readonly kind: 'end'; readonly outcome: Outcome; readonly last: SweepRecord | undefined };

/** A finished run, as plain data. */
export interface WorkerResult {
  readonly description: ModelDescription;
  readonly weights: readonly Real[];
  readonly end: RunEnd;
  readonly result: RunResult;
}

const reporter = (post: (event: RunEvent) => void): Observer => ({
  start: ({ network: _, ...run }) => post({ kind: 'start', run }),
  sweep: (record) => post({ kind: 'sweep', record }),
  end: (outcome, last) => post({ kind: 'end', outcome, last }),
});

/** The samples in shared memory, or those that are read now. */
async function open(
  data: WorkerJob['data'],
  catalogue: DataCatalogue,
  consensus: ConsensusBackend,
  post: (event: RunEvent) => void,
): Promise<TrainingData> {
  if (typeof data.train === 'object') return withSources(data as DataIn<SharedData>, openSharedData);
  const report = (name: string, rows: number, part: number): void => post({ kind: 'reading', name, rows, part });
  return readShares(data as ShareRequest, { catalogue, consensus, ...(consensus.rank === 0 && { report }) });
}

/** Every worker puts together nograd and the plug-ins for itself, and trains on its share of the samples. */
export const run: ThreadProgram = async (consensus, job, { post, signal }): Promise<WorkerResult> => {
  const { training, data, plugins, folder, checkpoints } = job as WorkerJob;
  const loaded = await Promise.all(plugins.map((name) => loadPlugin(name, folder)));
  const { trainer, data: catalogue } = compose(loaded, consensus);
  const opened = await open(data, catalogue, consensus, post);
  const note = (text: string): void => post({ kind: 'note', text } satisfies RunEvent);
  const { model, end, result } = await trainer.train(training, opened, {
    observers: [reporter(post)],
    signal,
    ...(checkpoints && { checkpoints: openCheckpoints(checkpoints, consensus, note) }),
  });
  return { description: model.description, weights: model.network.copyWeights(), end, result };
};
