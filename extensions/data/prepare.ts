import { block, zeros, type Block, type Precision, type Real } from '../../core/block.ts';
import { serialConsensus, type ConsensusBackend } from '../../core/consensus.ts';
import type { DataSource } from '../../core/data-source.ts';
import { must, UserError } from '../../core/errors.ts';
import { holdOut } from '../../core/hold-out.ts';
import {
  applyPreprocessing,
  asAsked,
  mustBeFinite,
  type Preprocessing,
  type Standardising,
} from '../../core/preprocessing.ts';
import type { Random } from '../../core/random.ts';
import { residentData } from '../../core/resident-data.ts';
import { standardisationOf } from '../../core/sequences.ts';
import { classesOf, classIndices, samplesOfClasses, targetsOf, type Label, type Labels } from '../../core/targets.ts';
import type { RawData } from './raw-data.ts';

/** How features are turned into inputs. */
export interface FeatureOptions {
  /** At most so many samples, the first ones of those kept. Default: all. */
  readonly limit?: number;
  /** Of the blocks made. Default: `float32`. */
  readonly precision?: Precision;
  /** A map made earlier, from training data, to apply. Default: none. */
  readonly preprocessing?: Preprocessing;
  /** Makes the memory of the inputs, e.g. memory that threads share. Default: ordinary memory. */
  readonly allocate?: (precision: Precision, length: number) => Real;
}

/** How samples are turned into inputs and targets. */
export interface PrepareOptions extends FeatureOptions {
  /**
   * Labels to keep, in the order of the targets: of two, the second is $y = 1$. Default: all, sorted.
   */
  readonly classes?: readonly Label[];
  /** The classes of a trained model, in its order; every sample kept has to be of one of them. Default: those found. */
  readonly knownClasses?: readonly Label[];
  /** Standardise by these samples' own means and standard deviations. Default: no. Excludes `preprocessing`. */
  readonly standardise?: Standardising;
  /** Over whose samples the means are taken. Default: these alone. */
  readonly consensus?: ConsensusBackend;
}

/** Samples ready for training or evaluation. */
export interface PreparedData {
  /** Inputs, samples x features. */
  readonly x: Block;
  /** 0/1 targets, samples x 1 for two classes, else samples x classes. */
  readonly y: Block;
  /** What the targets stand for, in order. */
  readonly classes: readonly Label[];
  /** The map that was applied to the features, to be stored with the model; absent where none was. */
  readonly preprocessing: Preprocessing | undefined;
  /** The same samples as the engine reads them. */
  readonly source: DataSource;
}

/** Rows of the raw data as a block, in double precision where the file was, so that nothing is lost before the map. */
function selectFeatures(
  raw: RawData,
  rows: Int32Array,
  { precision = 'float32', allocate = zeros }: FeatureOptions,
): Block {
  const { cols, values, scale } = raw;
  // What is rounded afterwards goes into memory of its own; the rest is read into its place.
  const rounded = values instanceof Float64Array && precision === 'float32';
  const data = rounded ? zeros('float64', rows.length * cols) : allocate(precision, rows.length * cols);
  for (let row = 0, i = 0; row < rows.length; row++) {
    const from = rows[row]! * cols;
    for (let j = 0; j < cols; j++, i++) {
      const value = values[from + j]! * scale;
      if (!Number.isFinite(value) && raw.ragged !== true) {
        throw new UserError(`${raw.name}: row ${rows[row]! + 1}, feature ${j + 1} is ${value}, not a finite number.`);
      }
      data[i] = value;
    }
  }
  return block(rows.length, cols, data);
}

function inPrecision(
  x: Block,
  { precision = 'float32', allocate = zeros }: FeatureOptions,
  { name, ragged }: RawData,
): Block {
  if (precision === 'float64' || x.data instanceof Float32Array) return x;
  const rounded = block(x.rows, x.cols, allocate('float32', x.data.length));
  rounded.data.set(x.data);
  if (ragged !== true)
    mustBeFinite(rounded, `${name} does not fit single precision, set \`precision: float64\` or standardise`);
  return rounded;
}

const firstRows = (raw: RawData, limit: number): Int32Array =>
  Int32Array.from({ length: Math.min(raw.rows, limit) }, (_, row) => row);

function limitOf(options: FeatureOptions): number {
  const { limit = Infinity } = options;
  must(limit === Infinity || (Number.isInteger(limit) && limit > 0), () => {
    return `The limit of samples is a whole number, at least 1, got ${limit}.`;
  });
  return limit;
}

/** The rows to keep: of the wanted classes, up to the limit. */
function selectRows(raw: RawData, labels: Labels, options: PrepareOptions): Int32Array {
  const { classes: wanted, knownClasses } = options;
  const limit = limitOf(options);
  if (wanted === undefined) return firstRows(raw, limit);
  const known = classIndices(knownClasses ?? classesOf(labels, raw.name));
  const stranger = wanted.find((label) => !known.has(String(label)));
  must(
    stranger === undefined,
    () => `${raw.name}: there is no class ${stranger} among ${[...known.keys()].join(', ')}.`,
  );
  const rows = samplesOfClasses(labels, wanted, limit);
  must(rows.length > 0, () => `${raw.name}: no sample is of the classes ${wanted.join(', ')}.`);
  return rows;
}

/** The classes in the order of the targets: those of the model, else as wanted, else as found (which has to be several). */
function orderedClasses(labels: Labels, options: PrepareOptions, name: string): readonly Label[] {
  if (options.knownClasses !== undefined) return options.knownClasses;
  const found = classesOf(labels, name);
  return options.classes ?? found;
}

/** The samples that count, with their labels and what the targets stand for. */
interface Selected {
  readonly rows: Int32Array;
  /** One per row. */
  readonly labels: Labels;
  readonly classes: readonly Label[];
}

function select(raw: RawData, options: PrepareOptions): Selected {
  must(raw.rows > 0, () => `${raw.name}: there are no samples.`);
  const { standardise = false, preprocessing } = options;
  must(standardise === false || preprocessing === undefined, () => {
    return `${raw.name}: either standardise anew or apply a preprocessing, not both.`;
  });
  const all: Labels | undefined = raw.labels;
  must(all !== undefined, () => `${raw.name}: the data has no labels, which training and evaluating need.`);
  const rows = selectRows(raw, all, options);
  const labels = Array.from(rows, (row) => all[row]!);
  return { rows, labels, classes: orderedClasses(labels, options, raw.name) };
}

function prepareRows(raw: RawData, { rows, labels, classes }: Selected, options: PrepareOptions): PreparedData {
  const { precision = 'float32', standardise = false, consensus = serialConsensus } = options;
  const y = targetsOf(labels, classes, precision, raw.name);
  const exact = selectFeatures(raw, rows, options);
  const ragged = raw.ragged === true;
  const preprocessing =
    standardise === false
      ? options.preprocessing
      : asAsked(standardisationOf(exact, raw.shape, ragged, consensus), standardise);
  if (preprocessing !== undefined) applyPreprocessing(preprocessing, exact);
  const x = inPrecision(exact, options, raw);
  return { x, y, classes, preprocessing, source: residentData(raw.name, x, y, raw.shape, ragged) };
}

/**
 * Turns raw data into inputs and 0/1 targets.
 *
 * @throws UserError for no samples or labels, a single class, labels that are not classes, a label outside the known
 * classes, a feature that is not finite or does not fit the precision, or a preprocessing made for other features.
 */
export const prepare = (raw: RawData, options: PrepareOptions = {}): PreparedData =>
  prepareRows(raw, select(raw, options), options);

/** Samples to train on, and others of the same data that were held out. */
export interface PreparedParts {
  /** To train on. */
  readonly train: PreparedData;
  /** Held out, and treated like those to train on. */
  readonly heldOut: PreparedData;
}

/**
 * As {@link prepare}, with a share of the samples held out at random, from every class alike. Means and standard deviations
 * are those of the samples to train on alone.
 *
 * @param share - Between 0 and 1.
 * @param random - Equal streams hold out equal samples.
 * @throws UserError as `prepare` does, or when one of the parts would be empty.
 */
export function prepareParts(raw: RawData, share: number, random: Random, options: PrepareOptions = {}): PreparedParts {
  const { rows, labels, classes } = select(raw, options);
  const parts = holdOut(labels, share, random, raw.name);
  const part = (positions: Int32Array): Selected => ({
    rows: positions.map((position) => rows[position]!),
    labels: Array.from(positions, (position) => labels[position]!),
    classes,
  });
  const train = prepareRows(raw, part(parts.kept), options);
  const { standardise: _, ...others } = options;
  const treated = { ...others, ...(train.preprocessing && { preprocessing: train.preprocessing }) };
  const named = { ...raw, name: `${raw.name} (held out)` };
  return { train, heldOut: prepareRows(named, part(parts.heldOut), treated) };
}

/**
 * The inputs alone, for predicting: labels are neither needed nor looked at.
 *
 * @throws UserError for no samples, a feature that is not finite or does not fit the precision, or a preprocessing made for
 * other features.
 */
export function prepareFeatures(raw: RawData, options: FeatureOptions = {}): Block {
  const { preprocessing } = options;
  must(raw.rows > 0, () => `${raw.name}: there are no samples.`);
  const exact = selectFeatures(raw, firstRows(raw, limitOf(options)), options);
  if (preprocessing !== undefined) applyPreprocessing(preprocessing, exact);
  return inPrecision(exact, options, raw);
}
