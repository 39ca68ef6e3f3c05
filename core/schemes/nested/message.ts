import type { ConsensusBackend } from '../../consensus.ts';
import type { PhaseClock } from '../../phase-clock.ts';

/** Sums several vectors over ranks in one message, in place. */
export class Message {
  readonly #consensus: ConsensusBackend;
  readonly #clock: PhaseClock;
  #packed = new Float64Array(0);

  constructor(consensus: ConsensusBackend, clock: PhaseClock) {
    this.#consensus = consensus;
    this.#clock = clock;
  }

  /** Every part becomes its sum over ranks. */
  sum(parts: readonly Float64Array[]): void {
    if (this.#consensus.size === 1) return;
    const length = parts.reduce((total, part) => total + part.length, 0);
    if (this.#packed.length < length) this.#packed = new Float64Array(length);
    const packed = this.#packed.subarray(0, length);
    let at = 0;
    for (const part of parts) {
      packed.set(part, at);
      at += part.length;
    }
    this.#clock.enter('consensus');
    this.#consensus.sum(packed);
    this.#clock.leave();
    at = 0;
    for (const part of parts) {
      part.set(packed.subarray(at, at + part.length));
      at += part.length;
    }
  }
}
