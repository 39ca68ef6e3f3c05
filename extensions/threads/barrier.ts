/** Thrown where a rank waits for another that has ended: it follows from whatever ended the other. */
export class AbandonedError extends Error {
  /** `AbandonedError`. */
  override readonly name = 'AbandonedError';
}

/** Bytes of shared memory that a barrier needs; the two words lie in cache lines of their own. */
export const barrierBytes = 128;

const [round, arrived] = [0, 16] as const;

/** Lowest bit of the round: a rank has left, so no later round can be complete. Rounds count in twos. */
const left = 1;

/**
 * A barrier of threads in shared memory. A rank that leaves wakes those that wait for it, and they throw instead of
 * waiting without end.
 */
export class Barrier {
  readonly #words: Int32Array;
  readonly #rank: number;
  readonly #size: number;

  /** @param memory - Zero-filled at first, and the same on all ranks; the first {@link barrierBytes} are used. */
  constructor(memory: SharedArrayBuffer, rank: number, size: number) {
    this.#words = new Int32Array(memory, 0, barrierBytes / Int32Array.BYTES_PER_ELEMENT);
    this.#rank = rank;
    this.#size = size;
  }

  /**
   * Returns when all ranks have come here: what they wrote before is seen by all.
   *
   * @throws AbandonedError when a rank has left, or leaves before it came here.
   */
  wait(): void {
    const words = this.#words;
    const own = Atomics.load(words, round);
    if ((own & left) !== 0) throw this.#abandoned();
    if (Atomics.add(words, arrived, 1) === this.#size - 1) {
      Atomics.store(words, arrived, 0);
      if (Atomics.compareExchange(words, round, own, (own + 2) | 0) !== own) throw this.#abandoned();
      Atomics.notify(words, round);
      return;
    }
    while (Atomics.load(words, round) === own) Atomics.wait(words, round, own);
    // Another rank may leave right after this round was complete: then the round has changed too.
    if (Atomics.load(words, round) === (own | left)) throw this.#abandoned();
  }

  /** Says that this rank will not come again. */
  leave(): void {
    Atomics.or(this.#words, round, left);
    Atomics.notify(this.#words, round);
  }

  #abandoned(): AbandonedError {
    return new AbandonedError(
      `Rank ${this.#rank} of ${this.#size} waits for a rank that has ended: all ranks must make the same calls.`,
    );
  }
}
