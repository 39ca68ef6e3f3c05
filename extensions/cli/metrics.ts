import { closeSync, openSync, writeSync } from 'node:fs';
import type { RunStart, SweepRecord } from '../../core/observer.ts';
import type { Watcher } from './watcher.ts';
import { writing } from './writing.ts';

/** Appends a line of JSON to a file after every sweep; what is written stays, whatever happens next. */
export class Metrics implements Watcher {
  readonly #path: string;
  #file: number | undefined;

  /** @param path - A file of that name is replaced when the run starts: by the earlier sweeps, where the run goes on. */
  constructor(path: string) {
    this.#path = path;
  }

  start({ earlier = [] }: Pick<RunStart, 'earlier'> = {}): void {
    this.#file = writing(this.#path, () => openSync(this.#path, 'w'));
    for (const record of earlier) this.sweep(record);
  }

  sweep(record: SweepRecord): void {
    writing(this.#path, () => writeSync(this.#file!, `${JSON.stringify(record)}\n`));
  }

  end(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }
}
