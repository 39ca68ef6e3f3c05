import { block, zeros, type Block, type Precision } from './block.ts';
import { serialConsensus } from './consensus.ts';
import type { DataSource } from './data-source.ts';
import { must } from './errors.ts';
import { holdOut } from './hold-out.ts';
import { blockOf, type Model, type Rows } from './model.ts';
import { applyPreprocessing, asAsked, type Preprocessing, type Standardising } from './preprocessing.ts';
import { random } from './random.ts';
import { residentData } from './resident-data.ts';
import { hasAbsentSteps, standardisationOf } from './sequences.ts';
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
  /** Give every feature mean 0 and standard deviation 1 (and compress its tails); the model does the same to what it is asked. Default: true. */
  readonly standardise?: Standardising;
  /** Layout of one sample's features. Default: flat. */
  readonly shape?: readonly number[];
  /**
   * Samples to choose by, scored after every sweep and never trained on: a share of the samples between 0 and 1, held out
   * by the run's seed from every class alike, or samples of their own. Default: none.
   */
  readonly validation?: number | LabelledSamples;
  /** Samples to test on after every sweep. */
  readonly test?: LabelledSamples;
}

/** A run of the library: as a run file has it, with the data in memory. */
export interface TrainInput extends TrainingInput, RunHooks {
  /** Samples to train, validate and test on. */
  readonly data: SamplesToTrain;
}

/** Samples with the name they have in messages. */
interface Named {
  readonly name: string;
  readonly inputs: Block;
  readonly labels: Labels;
}

/** The inputs of labelled samples as a block of their own. */
function read({ x, y }: LabelledSamples, precision: Precision, name: string, shape?: readonly number[]): Named {
  const inputs = blockOf(x, precision, `${name}.x`, shape);
  must(inputs.rows === y.length, () => `${name}.x has ${inputs.rows} rows, but ${name}.y has ${y.length} labels.`);
  return { name, inputs, labels: y };
}

/** Some of the samples, as samples of their own. */
function pick({ inputs, labels }: Named, rows: Int32Array, precision: Precision, name: string): Named {
  const { cols } = inputs;
  const picked = block(rows.length, cols, zeros(precision, rows.length * cols));
  rows.forEach((row, i) => picked.data.set(inputs.data.subarray(row * cols, (row + 1) * cols), i * cols));
  return { name, inputs: picked, labels: Array.from(rows, (row) => labels[row]!) };
}

/** What to train on, and what to validate on: a share of the samples held out, samples of their own, or none. */
function split(all: Named, given: SamplesToTrain, { precision, seed }: TrainingConfiguration): Named[] {
  const { validation, shape } = given;
  if (validation === undefined) return [all];
  if (typeof validation !== 'number') return [all, read(validation, precision, 'data.validation', shape)];
  const stream = random(String(seed)).child('validation');
  const { kept, heldOut } = holdOut(all.labels, validation, stream, 'data.validation');
  return [pick(all, kept, precision, 'data'), pick(all, heldOut, precision, 'data.validation')];
}

function dataOf(data: SamplesToTrain, configuration: TrainingConfiguration): TrainingData {
  const { standardise = true, shape } = data;
  const { precision } = configuration;
  const all = read(data, precision, 'data', shape);
  const classes = classesOf(all.labels, 'data.y');
  const [training, validation] = split(all, data, configuration) as [Named, Named?];
  const test = data.test && read(data.test, precision, 'data.test', shape);
  const { cols } = training.inputs;
  const ragged = [training, validation, test].some((each) => {
    return each !== undefined && shape !== undefined && hasAbsentSteps(each.inputs, shape, each.name);
  });
  const made = (): Preprocessing =>
    asAsked(standardisationOf(training.inputs, shape, ragged, serialConsensus), standardise);
  const preprocessing = standardise === false ? undefined : made();
  const source = ({ name, inputs, labels }: Named): DataSource => {
    must(inputs.cols === cols, () => `${name}.x has ${inputs.cols} features, but data.x has ${cols}.`);
    if (preprocessing !== undefined) applyPreprocessing(preprocessing, inputs);
    return residentData(name, inputs, targetsOf(labels, classes, precision, `${name}.y`), shape, ragged);
  };
  return {
    train: source(training),
    ...(validation && { validation: source(validation) }),
    ...(test && { test: source(test) }),
    classes,
    ...(preprocessing && { preprocessing }),
  };
}

/** Trains on samples in memory and gives the model, whose `result` says how the run went. */
export async function trainOn(trainer: Trainer, input: TrainInput): Promise<Model> {
  const { data, observers, signal, checkpoints, ...given } = input;
  const configuration = checkTraining('train', given);
  const hooks = { ...(observers && { observers }), ...(signal && { signal }), ...(checkpoints && { checkpoints }) };
  const { model } = await trainer.train(configuration, dataOf(data, configuration), hooks);
  return model;
}
