import { BestSweep, BestWeights, type Best } from './best-sweep.ts';
import type { RunSnapshot } from './checkpoints.ts';
import { Diagnosis } from './diagnosis.ts';
import type { Network } from './network.ts';
import type { SweepRecord } from './observer.ts';
import type { Advice } from './symptom.ts';

/** What a run remembers of its sweeps: all of it follows from their records, but for the weights of the best one. */
export class History {
  readonly #records: SweepRecord[] = [];
  readonly #bestWeights = new BestWeights();
  readonly #bestSweep = new BestSweep();
  readonly #diagnosis: Diagnosis;

  /** @param advice - What the scheme says to try when the run shows a symptom. */
  constructor(advice?: Advice) {
    this.#diagnosis = new Diagnosis(advice);
  }

  /** Takes a sweep with the weights it has made, and adds to its notes what the sweeps so far show. */
  add(swept: SweepRecord, network: Network): SweepRecord {
    const record = { ...swept, notes: [...swept.notes, ...this.#diagnosis.notes(swept)] };
    this.#records.push(record);
    this.#bestSweep.offer(record);
    this.#bestWeights.offer(record, network);
    return record;
  }

  /** Takes over what an earlier run remembered. */
  resume({ records, bestWeights }: Pick<RunSnapshot, 'records' | 'bestWeights'>): void {
    for (const record of records) {
      this.#diagnosis.notes(record);
      this.#bestSweep.offer(record);
      this.#records.push(record);
    }
    this.#bestWeights.resume(records, bestWeights);
  }

  /** Of all sweeps, in order. */
  get records(): readonly SweepRecord[] {
    return this.#records;
  }

  /** The last completed sweep. */
  get last(): SweepRecord | undefined {
    return this.#records.at(-1);
  }

  /** The sweep of the highest accuracy. */
  get best(): Best | undefined {
    return this.#bestSweep.best;
  }

  /** The weights most worth keeping. */
  get bestWeights(): BestWeights {
    return this.#bestWeights;
  }

  /** Why the run has to end as `diverged`, if so. */
  hopeless(): string | undefined {
    return this.#diagnosis.hopeless();
  }
}
