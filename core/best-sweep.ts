import type { Real } from './block.ts';
import type { Network } from './network.ts';
import type { Score, SweepRecord } from './observer.ts';

/** Which sweep of a run did best, and how well. */
export interface Best {
  /** Number of the sweep, from 1. */
  readonly sweep: number;
  /** Its accuracy, 0 to 1, on the test data where there is any, else on the validation data, else on the training data. */
  readonly accuracy: number;
}

/** Whether a score is better: a higher accuracy or, of equal ones, a lower loss. */
const beats = (score: Score, other: Score): boolean =>
  score.accuracy > other.accuracy || (score.accuracy === other.accuracy && score.loss < other.loss);

/**
 * Whether the weights of one sweep are to be kept rather than those of an earlier one: by accuracy, then loss, on the
 * validation data where there is any, else by the training loss. The test data never decides.
 */
function worthMore(record: SweepRecord, earlier: SweepRecord): boolean {
  if (record.validation === undefined || earlier.validation === undefined) {
    return record.train.loss < earlier.train.loss;
  }
  return beats(record.validation, earlier.validation);
}

/** The weights most worth keeping so far, the earliest of equals. */
export class BestWeights {
  #record: SweepRecord | undefined;
  #weights: readonly Real[] = [];

  /** Takes the weights as they are now, if they are the best so far. */
  offer(record: SweepRecord, network: Network): void {
    if (this.#record !== undefined && !worthMore(record, this.#record)) return;
    this.#record = record;
    this.#weights = network.copyWeights();
  }

  /** Takes over the best of earlier sweeps, whose weights were kept elsewhere. */
  resume(records: readonly SweepRecord[], weights: readonly Real[]): void {
    for (const record of records) {
      if (this.#record === undefined || worthMore(record, this.#record)) this.#record = record;
    }
    this.#weights = weights;
  }

  /** The kept weights; none before the first sweep. */
  get weights(): readonly Real[] {
    return this.#weights;
  }

  /** Puts the kept weights back and says which sweep they are of. */
  restore(network: Network): SweepRecord | undefined {
    if (this.#record !== undefined) network.setWeights(this.#weights);
    return this.#record;
  }
}

/** The sweep to report as the best, the earliest of equals: chosen on the validation data where there is any. */
export class BestSweep {
  #record: SweepRecord | undefined;

  /** Takes the sweep, if it is the best so far. */
  offer(record: SweepRecord): void {
    if (this.#record === undefined || this.#better(record, this.#record)) this.#record = record;
  }

  /** The best sweep so far. */
  get best(): Best | undefined {
    if (this.#record === undefined) return undefined;
    const { sweep, train, validation, test } = this.#record;
    return { sweep, accuracy: (test ?? validation ?? train).accuracy };
  }

  #better(record: SweepRecord, earlier: SweepRecord): boolean {
    if (record.validation !== undefined && earlier.validation !== undefined) {
      return beats(record.validation, earlier.validation);
    }
    return (record.test ?? record.train).accuracy > (earlier.test ?? earlier.train).accuracy;
  }
}
