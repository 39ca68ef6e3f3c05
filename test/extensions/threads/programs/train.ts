import { ContainerModule } from 'inversify';
import { block, type Block } from '../../../../core/block.ts';
import { Observer, type SweepRecord } from '../../../../core/observer.ts';
import type { RunResult } from '../../../../core/result.ts';
import { checkTraining, type TrainingInput } from '../../../../core/run-configuration.ts';
import {
  openSharedData,
  threadsModule,
  type SharedData,
  type ThreadProgram,
} from '../../../../extensions/threads/index.ts';
import { createTrainer } from '../../../../index.ts';

/** A run as plain data. */
export interface TrainOnThreads {
  readonly configuration: TrainingInput;
  readonly train: SharedData;
  readonly test: SharedData;
}

/** What rank 0 returns. */
export interface TrainedOnThreads {
  readonly result: RunResult;
  readonly weights: readonly Block['data'][];
  /** Of the class that is decided for each test sample. */
  readonly predicted: readonly (string | number)[];
}

/** Every rank builds its own container and trains on its share of the samples; rank 0 posts a record a sweep. */
export const run: ThreadProgram = async (consensus, data, { post, signal }): Promise<TrainedOnThreads> => {
  const { configuration, train, test } = data as TrainOnThreads;
  const tell = new ContainerModule(({ bind }) => {
    bind(Observer).toConstantValue({ sweep: (record: SweepRecord) => post(record) });
  });
  const trainer = createTrainer(threadsModule(consensus), tell);
  const sources = { train: openSharedData(train), test: openSharedData(test), classes: ['outside', 'inside'] };
  const { model, result } = await trainer.train(checkTraining('train', configuration), sources, { signal });
  const { rows, cols, data: inputs } = test.x;
  return { result, weights: model.network.copyWeights(), predicted: model.predict(block(rows, cols, inputs)) };
};
