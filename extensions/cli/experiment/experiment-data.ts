import type { TrainingData } from '../../../core/trainer.ts';
import { createDataCatalogue, type DataCatalogue, type NamedData } from '../../data/index.ts';
import { readRunData } from '../run-data.ts';
import type { RunFile } from '../run-file.ts';
import { inSharedMemory } from '../train-on-threads.ts';
import type { ExperimentDefinition } from './define.ts';
import { dataOf } from './planned-run.ts';

/** Data sets kept ready at a time: a search and the runs after it hold out different samples. */
const ready = 2;

/** Data of the experiment's own, each once. */
function ownData(definition: ExperimentDefinition): NamedData[] {
  const given = Object.values(definition.variants).flatMap((variant) => {
    const { train, validation, test } = dataOf(definition, variant);
    return [train, validation, test];
  });
  return [...new Set(given.filter((data) => typeof data === 'object'))];
}

/** The catalogue with the data that an experiment brings. */
export const withOwnData = ({ named, formats }: DataCatalogue, definition: ExperimentDefinition): DataCatalogue =>
  createDataCatalogue([...named, ...ownData(definition)], formats);

/** Reads the data of runs, and keeps the last few sets. */
export class ExperimentDataReader {
  readonly #catalogue: DataCatalogue;
  readonly #kept = new Map<string, TrainingData>();

  constructor(catalogue: DataCatalogue) {
    this.#catalogue = catalogue;
  }

  /** The samples of a run, in memory that threads share. */
  async read(file: RunFile): Promise<TrainingData> {
    const { data, precision, seed } = file.run;
    const key = JSON.stringify([data, precision, typeof data.validation === 'number' ? seed : null]);
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    const oldest = [...this.#kept.keys()].at(-ready);
    if (oldest !== undefined) this.#kept.delete(oldest);
    const read = inSharedMemory(await readRunData(file, this.#catalogue));
    this.#kept.set(key, read);
    return read;
  }
}
