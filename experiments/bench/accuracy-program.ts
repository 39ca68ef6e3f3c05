import { catalogue, createContainer } from '../../core/container.ts';
import type { Observer } from '../../core/observer.ts';
import type { TrainingConfiguration } from '../../core/run-configuration.ts';
import { Trainer } from '../../core/trainer.ts';
import { openBlasModule } from '../../extensions/openblas/index.ts';
import { openSharedData, threadsModule, type ThreadProgram } from '../../extensions/threads/index.ts';
import { defaultModules } from '../../index.ts';
import type { AccuracyData } from './accuracy-data.ts';
import type { Attained } from './accuracy-method.ts';
import { CpuClock } from './cpu-clock.ts';
import { timedNested } from './module.ts';

/** What the worker trains. */
export interface AccuracyJob {
  /** The run, which stops at its test accuracy or its last sweep. */
  readonly configuration: TrainingConfiguration;
  /** Samples in shared memory. */
  readonly data: AccuracyData;
  /** CPU seconds after which it is given up. */
  readonly seconds: number;
}

/** Trains on one worker until a test accuracy is reached. */
export const run: ThreadProgram = async (consensus, job): Promise<Attained> => {
  const { configuration, data, seconds } = job as AccuracyJob;
  const { train, test, classes } = data;
  const clock = new CpuClock();
  const container = createContainer(...defaultModules, openBlasModule, threadsModule(consensus), timedNested(clock));
  const allowance = new AbortController();
  let [passes, accuracy] = [0, 0];
  const watch: Observer = {
    sweep(record) {
      passes = record.sweep;
      accuracy = Math.max(accuracy, record.test!.accuracy);
      if (clock.seconds >= seconds) allowance.abort();
    },
  };
  const samples = { train: openSharedData(train), test: openSharedData(test), classes };
  const hooks = { observers: [watch], signal: allowance.signal };
  await new Trainer(catalogue(container)).train(configuration, samples, hooks);
  return { seconds: clock.seconds, passes, accuracy };
};
