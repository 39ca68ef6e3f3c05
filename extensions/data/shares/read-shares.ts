import type { Precision } from '../../../core/block.ts';
import type { ConsensusBackend } from '../../../core/consensus.ts';
import { must } from '../../../core/errors.ts';
import { asAsked, standardisationOver, type Preprocessing, type Standardising } from '../../../core/preprocessing.ts';
import { random } from '../../../core/random.ts';
import type { Label } from '../../../core/targets.ts';
import type { TrainingData } from '../../../core/trainer.ts';
import type { DataCatalogue } from '../data-catalogue.ts';
import type { RowFile } from '../rows/row-file.ts';
import { heldOutBy } from './held-out.ts';
import { agreeOnClasses, LabelBook } from './label-book.ts';
import { rankData } from './rank-data.ts';
import { readShare, referenceOf, unitsOf, type ReadingProgress } from './read-samples.ts';
import { ResidentStore } from './resident-store.ts';
import type { SampleStore } from './sample-store.ts';
import { SpoolStore } from './spool-store.ts';

/** What every rank reads its share of: plain data. */
export interface ShareRequest {
  /** Known name, or path of a file or folder. */
  readonly train: string;
  /** Share of the samples to hold out, or data of its own. */
  readonly validation?: number | string | undefined;
  /** Known name, or path of a file or folder. */
  readonly test?: string | undefined;
  /** Column of the label. */
  readonly label?: string | undefined;
  /** Labels to keep. Default: all. */
  readonly classes?: readonly Label[] | undefined;
  /** Samples to train on at most, the first ones of those kept. */
  readonly limit?: number | undefined;
  /** Layout of one sample's features. Default: that of the files. */
  readonly shape?: readonly number[] | undefined;
  /** Give every feature mean 0 and standard deviation 1, and compress its tails? */
  readonly standardise: Standardising;
  /** Of inputs and targets. */
  readonly precision: Precision;
  /** Draws what is held out. */
  readonly seed: number | string;
  /** Keep the samples in memory, or on disk. */
  readonly resident: boolean;
}

/** What ranks read with. */
export interface ShareServices {
  /** Opens the data. */
  readonly catalogue: DataCatalogue;
  /** Every rank makes the same calls. */
  readonly consensus: ConsensusBackend;
  /** Told how far this rank is. Default: nobody. */
  readonly report?: (name: string, rows: number, part: number) => void;
}

/** The samples of a store, and what is known of them over all ranks. */
interface Gathered {
  readonly name: string;
  readonly store: SampleStore;
  /** Number of this rank's first sample. */
  readonly first: number;
  /** Over all ranks. */
  readonly samples: number;
}

/** How features become inputs: the map of raw features, and the reference that was subtracted from them on reading. */
interface Treatment {
  readonly classes: readonly Label[];
  readonly preprocessing: Preprocessing | undefined;
}

/** Reads data in shares; one rank's part of the work. */
class ShareReader {
  readonly #request: ShareRequest;
  readonly #services: ShareServices;

  constructor(request: ShareRequest, services: ShareServices) {
    this.#request = request;
    this.#services = services;
  }

  async read(): Promise<TrainingData> {
    const { validation, test, train, standardise } = this.#request;
    const file = await this.#open(train);
    const book = this.#book(train);
    const reference = standardise === false ? new Float64Array(file.cols) : await referenceOf(file);
    const [kept, heldOut] = await this.#readTraining(file, book, reference);
    const treatment = this.#agree(kept, book, reference);
    const finish = (gathered: Gathered) => this.#finish(gathered, book, treatment, reference, file);
    const source = finish(kept);
    const validated = heldOut
      ? finish(heldOut)
      : typeof validation === 'string' && (await this.#readOther(validation, file, treatment));
    const tested = test !== undefined && (await this.#readOther(test, file, treatment));
    const { classes, preprocessing } = treatment;
    return {
      train: source,
      ...(validated && { validation: validated }),
      ...(tested && { test: tested }),
      classes,
      ...(preprocessing && { preprocessing }),
    };
  }

  async #open(name: string): Promise<RowFile> {
    const { label, precision } = this.#request;
    const options = { ...(label !== undefined && { label }), exact: precision === 'float64' };
    const file = await this.#services.catalogue.openRows(name, options);
    must(file.labelled, () => `${file.name}: the data has no labels, which training and evaluating need.`);
    return file;
  }

  #book(name: string): LabelBook {
    return new LabelBook(name, this.#request.classes);
  }

  #store(cols: number, reference: Float64Array): SampleStore {
    const { precision, resident } = this.#request;
    const options = { cols, precision, reference };
    return resident ? new ResidentStore(options) : new SpoolStore(options);
  }

  async #readTraining(file: RowFile, book: LabelBook, reference: Float64Array): Promise<[Gathered, Gathered?]> {
    const { limit, validation, seed } = this.#request;
    const units = limit === undefined ? file.units : await unitsOf(file, limit, this.#book(file.name));
    const kept = this.#store(file.cols, reference);
    if (typeof validation !== 'number') {
      await this.#fill(file, units, book, () => kept);
      return [this.#count(file.name, kept)];
    }
    const heldOut = this.#store(file.cols, reference);
    const isHeldOut = heldOutBy(validation, random(String(seed)).child('validation'));
    await this.#fill(file, units, book, (position) => (isHeldOut(position) ? heldOut : kept));
    return [this.#count(file.name, kept), this.#count(`${file.name} (held out)`, heldOut)];
  }

  #fill(file: RowFile, units: number, book: LabelBook, storeOf: (position: number) => SampleStore): Promise<void> {
    const { consensus, report = () => undefined } = this.#services;
    const progress: ReadingProgress = (rows, part) => report(file.name, rows, part);
    return readShare(file, units, consensus, { book, storeOf }, progress);
  }

  /** Which samples of all these are. A collective call. */
  #count(name: string, store: SampleStore): Gathered {
    const { consensus } = this.#services;
    const counts = new Float64Array(consensus.size);
    counts[consensus.rank] = store.samples;
    consensus.sum(counts);
    const samples = counts.reduce((sum, count) => sum + count, 0);
    must(samples > 0, () => `${name}: there are no samples.`);
    const empty = counts.indexOf(0);
    must(empty < 0, () => {
      return `${name}: ${samples} samples leave none for rank ${empty} of ${consensus.size}: use fewer ranks.`;
    });
    return { name, store, samples, first: counts.subarray(0, consensus.rank).reduce((sum, count) => sum + count, 0) };
  }

  /** Classes and means over the samples of all ranks. A collective call. */
  #agree({ name, store }: Gathered, book: LabelBook, reference: Float64Array): Treatment {
    const { classes, standardise } = this.#request;
    const { consensus } = this.#services;
    const found = agreeOnClasses(name, book.names, consensus);
    const stranger = classes?.find((label) => !found.some((other) => String(other) === String(label)));
    must(stranger === undefined, () => `${name}: there is no class ${stranger} among ${found.join(', ')}.`);
    if (standardise === false) return { classes: classes ?? found, preprocessing: undefined };
    const { mean, scale } = standardisationOver(store, consensus);
    const raw = { mean: mean.map((value, j) => value + reference[j]!), scale };
    return { classes: classes ?? found, preprocessing: asAsked(raw, standardise) };
  }

  #finish(
    { name, store, first, samples }: Gathered,
    book: LabelBook,
    { classes, preprocessing }: Treatment,
    reference: Float64Array,
    file: RowFile,
  ) {
    const { shape = file.shape } = this.#request;
    const { rank, size } = this.#services.consensus;
    const indices = new Map(classes.map((label, index) => [String(label), index]));
    const classOf = Int32Array.from(book.names, (label) => {
      const index = indices.get(label);
      must(index !== undefined, () => {
        return `${name}: there are samples of class ${label}, which is none of those trained on (${classes.join(', ')}): list the classes to keep, or leave such samples out.`;
      });
      return index;
    });
    const targets = classes.length === 2 ? 1 : classes.length;
    const map = preprocessing && {
      ...preprocessing,
      mean: preprocessing.mean.map((value, j) => value - reference[j]!),
    };
    const shardOf = store.finish({ targets, classOf, ...(map && { map }) }, first);
    return rankData({ name, samples, shape, targets, rank, size, shardOf });
  }

  async #readOther(name: string, { cols, name: train }: RowFile, treatment: Treatment) {
    const file = await this.#open(name);
    must(file.cols === cols, () => {
      return `${file.name}: samples have ${file.cols} features, but those to train on (${train}) have ${cols}.`;
    });
    const book = this.#book(file.name);
    const reference = treatment.preprocessing?.mean ?? new Float64Array(cols);
    const store = this.#store(cols, reference);
    await this.#fill(file, file.units, book, () => store);
    return this.#finish(this.#count(file.name, store), book, treatment, reference, file);
  }
}

/**
 * Reads the data of a run, every rank its share: ranges of a file, from the first rank to the last. What has to be agreed on
 * (classes, means, numbers of samples) goes through the consensus, and nothing else does. A collective call.
 *
 * @throws UserError for whatever is wrong with the data; a wrong row with file, line, column and rank. The other ranks do not
 * hear of it: their consensus has to end them.
 */
export const readShares = (request: ShareRequest, services: ShareServices): Promise<TrainingData> =>
  new ShareReader(request, services).read();
