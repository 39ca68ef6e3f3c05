import { serialConsensus } from './consensus.ts';
import { must } from './errors.ts';
import { blockOf, type Model, type Rows } from './model.ts';
import { applyPreprocessing, standardisation } from './preprocessing.ts';
import { residentData } from './resident-data.ts';
import { checkTraining, type TrainingConfiguration, type TrainingInput } from './run-configuration.ts';
import { classesOf, targetsOf, type Labels } from './targets.ts';
import type { RunHooks, Trainer, TrainingData } from './trainer.ts';

/** Labelled samples in memory. */
export interface LabelledSamples {
  /** Samples x features; copied, never changed. */
  readonly x: Rows;
  /** One label per sample: whole numbers or names. */
  readonly y: Labels;
}

/** Samples to train on. */
export interface SamplesToTrain extends LabelledSamples {
  /** Give every feature mean 0 and standard deviation 1; the model does the same to what it is asked. Default: true. */
  readonly standardise?: boolean;
  /** Layout of one sample's features. Default: flat. */
  readonly shape?: readonly number[];
  /** Samples to test on after every sweep. */
  readonly test?: LabelledSamples;
}

/** A run of the library: as a run file has it, with the data in memory. */
export interface TrainInput extends TrainingInput, RunHooks {
  /** Samples to train and test on. */
  readonly data: SamplesToTrain;
}

function dataOf(
  { x, y, standardise, shape, test }: SamplesToTrain,
  { precision }: TrainingConfiguration,
): TrainingData {
  const inputs = blockOf(x, precision, 'data.x');
  must(inputs.rows === y.length, () => `data.x has ${inputs.rows} rows, but data.y has ${y.length} labels.`);
  const classes = classesOf(y, 'data.y');
  const preprocessing = standardise === false ? undefined : standardisation(inputs, serialConsensus);
  if (preprocessing !== undefined) applyPreprocessing(preprocessing, inputs);
  const train = residentData('data', inputs, targetsOf(y, classes, precision, 'data.y'), shape);
  const fitted = { train, classes, ...(preprocessing && { preprocessing }) };
  if (test === undefined) return fitted;
  const testInputs = blockOf(test.x, precision, 'data.test.x');
  must(testInputs.rows === test.y.length, () => {
    return `data.test.x has ${testInputs.rows} rows, but data.test.y has ${test.y.length} labels.`;
  });
  must(testInputs.cols === inputs.cols, () => {
    return `data.test.x has ${testInputs.cols} features, but data.x has ${inputs.cols}.`;
  });
  if (preprocessing !== undefined) applyPreprocessing(preprocessing, testInputs);
  const testTargets = targetsOf(test.y, classes, precision, 'data.test.y');
  return { ...fitted, test: residentData('data.test', testInputs, testTargets, shape) };
}

/** Trains on samples in memory and gives the model, whose `result` says how the run went. */
export async function trainOn(trainer: Trainer, input: TrainInput): Promise<Model> {
  const { data, observers, signal, ...given } = input;
  const configuration = checkTraining('train', given);
  const hooks = { ...(observers && { observers }), ...(signal && { signal }) };
  const { model } = await trainer.train(configuration, dataOf(data, configuration), hooks);
  return model;
}
