import { cpuUsage } from 'node:process';

/** Adds up the processor time of pieces of work: all threads of the process, in user and in system mode. */
export class CpuClock {
  #microseconds = 0;

  /** All pieces so far. */
  get seconds(): number {
    return this.#microseconds / 1e6;
  }

  /** Does a piece of work. */
  measure<Result>(work: () => Result): Result {
    const before = cpuUsage();
    const result = work();
    const { user, system } = cpuUsage(before);
    this.#microseconds += user + system;
    return result;
  }
}
