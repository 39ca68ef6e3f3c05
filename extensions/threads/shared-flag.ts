/** A flag in shared memory: once raised it stays up. */
export class SharedFlag {
  /** Send this to other threads, and make a flag of it there. */
  readonly memory: SharedArrayBuffer;
  readonly #word: Int32Array;

  /** @param memory - Of a flag made elsewhere. Default: a new flag, not raised. */
  constructor(memory = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.#word = new Int32Array(memory);
  }

  /** Raises it for all threads. */
  raise(): void {
    Atomics.store(this.#word, 0, 1);
  }

  /** Whether any thread has raised it. */
  get raised(): boolean {
    return Atomics.load(this.#word, 0) === 1;
  }
}

/**
 * An abort signal that follows a shared flag: `aborted` is true from the moment that another thread raises it, though this
 * thread has not been idle since. Listeners are told when `aborted` is next read.
 */
export function signalOf(flag: SharedFlag): AbortSignal {
  const controller = new AbortController();
  return Object.defineProperty(controller.signal, 'aborted', {
    get() {
      if (flag.raised) controller.abort();
      return flag.raised;
    },
  });
}
