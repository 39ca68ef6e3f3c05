import type { Real } from '../../core/block.ts';
import { catalogue, createContainer } from '../../core/container.ts';
import type { Observer, SweepRecord } from '../../core/observer.ts';
import type { TrainingConfiguration } from '../../core/run-configuration.ts';
import { Trainer } from '../../core/trainer.ts';
import { openBlasModule } from '../../extensions/openblas/index.ts';
import { openSharedData, threadsModule, type SharedData, type ThreadProgram } from '../../extensions/threads/index.ts';
import { defaultModules } from '../../index.ts';
import { recordedTaylor } from './module.ts';

/** What every worker builds its run from. */
export interface SweepJob {
  /** The run. */
  readonly configuration: TrainingConfiguration;
  /** Samples in shared memory. */
  readonly train: SharedData;
  /** How many sweeps may begin; one number in shared memory, on which rank 0 waits. */
  readonly allowed: Int32Array;
  /** Where the recorded scheme writes its start values. */
  readonly startFolder?: string;
}

/** What rank 0 says: once that it is ready, then once after every sweep. */
export type SweepMessage =
  | { readonly kind: 'ready'; readonly setupSeconds: number }
  | { readonly kind: 'swept'; readonly record: SweepRecord; readonly weights: readonly Real[] };

/** Holds rank 0, and with it all ranks, until the next sweep is allowed. */
function gate(allowed: Int32Array, post: (message: SweepMessage) => void): Observer {
  const began = performance.now();
  const wait = (done: number): void => {
    while (Atomics.load(allowed, 0) <= done) Atomics.wait(allowed, 0, done);
  };
  return {
    start() {
      post({ kind: 'ready', setupSeconds: (performance.now() - began) / 1000 });
      wait(0);
    },
    sweep(record, network) {
      post({ kind: 'swept', record, weights: network.copyWeights() });
      wait(record.sweep);
    },
  };
}

/** Every rank trains on its share of the samples, one sweep whenever it is allowed to. */
export const run: ThreadProgram = async (consensus, job, { post, signal }): Promise<void> => {
  const { configuration, train, allowed, startFolder } = job as SweepJob;
  const recorded = startFolder === undefined ? [] : [recordedTaylor(startFolder)];
  const container = createContainer(...defaultModules, openBlasModule, threadsModule(consensus), ...recorded);
  const data = { train: openSharedData(train), classes: [0, 1] };
  await new Trainer(catalogue(container)).train(configuration, data, { observers: [gate(allowed, post)], signal });
};
