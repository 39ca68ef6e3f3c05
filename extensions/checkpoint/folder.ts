import { join } from 'node:path';
import type { Disk } from './disk.ts';

const pattern = /^sweep-(\d{8})$/;
const nameOf = (sweep: number): string => `sweep-${String(sweep).padStart(8, '0')}`;
const partialPattern = /^\.sweep-\d{8}\.partial$/;

/** The folder of a run's checkpoints: a folder in it for each, which has its name only when it is whole. */
export class CheckpointFolder {
  readonly path: string;
  readonly #disk: Disk;

  constructor(path: string, disk: Disk) {
    this.path = path;
    this.#disk = disk;
  }

  /** Sweeps of the checkpoints there, the newest first. */
  sweeps(): number[] {
    const found = this.#disk.list(this.path).flatMap((name) => {
      const digits = pattern.exec(name)?.[1];
      return digits === undefined ? [] : [Number(digits)];
    });
    return found.sort((a, b) => b - a);
  }

  /** Where the checkpoint of a sweep is, or will be when it is whole. */
  of(sweep: number): string {
    return join(this.path, nameOf(sweep));
  }

  /** Where it is written. */
  partOf(sweep: number): string {
    return join(this.path, `.${nameOf(sweep)}.partial`);
  }

  /** Makes room for the checkpoint of a sweep, and removes what was never finished. */
  begin(sweep: number): void {
    this.#disk.makeFolder(this.path);
    this.removeUnfinished();
    this.#disk.makeFolder(this.partOf(sweep));
  }

  /** Removes what was never finished. */
  removeUnfinished(): void {
    for (const name of this.#disk.list(this.path)) {
      if (partialPattern.test(name)) this.#disk.remove(join(this.path, name));
    }
  }

  /** Gives the whole checkpoint its name, and then removes all but the last ones. */
  finish(sweep: number, keep: number): void {
    this.#disk.syncFolder(this.partOf(sweep));
    this.#disk.remove(this.of(sweep));
    this.#disk.rename(this.partOf(sweep), this.of(sweep));
    this.#disk.syncFolder(this.path);
    for (const old of this.sweeps().slice(keep)) this.#disk.remove(this.of(old));
  }

  /** Sets a checkpoint aside, so that it counts no more. Gives its new name. */
  setAside(sweep: number): string {
    const aside = `${this.of(sweep)}.damaged`;
    this.#disk.remove(aside);
    this.#disk.rename(this.of(sweep), aside);
    return aside;
  }
}
