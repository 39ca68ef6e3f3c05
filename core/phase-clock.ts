/** Parts of a sweep whose time is told apart. */
export type Phase = 'weights' | 'inputs' | 'activations' | 'gather' | 'consensus';

/** Adds up seconds per phase. `enter` ends the phase before and begins the next; `leave` ends it. */
export class PhaseClock {
  #phase: Phase | undefined;
  #since = 0;
  #seconds: Record<Phase, number> = PhaseClock.#zero();

  static #zero(): Record<Phase, number> {
    return { weights: 0, inputs: 0, activations: 0, gather: 0, consensus: 0 };
  }

  /** From now on time counts for this phase. */
  enter(phase: Phase): void {
    this.leave();
    this.#phase = phase;
  }

  /** From now on time counts for no phase. */
  leave(): void {
    const now = performance.now();
    if (this.#phase !== undefined) this.#seconds[this.#phase] += (now - this.#since) / 1000;
    this.#phase = undefined;
    this.#since = now;
  }

  /** Seconds per phase since the last call, and starts again from zero. */
  take(): Record<Phase, number> {
    this.leave();
    const taken = this.#seconds;
    this.#seconds = PhaseClock.#zero();
    return taken;
  }
}
