/** A typed array of numbers whose length is not known beforehand: doubles its room when full. */
export class GrowingArray<T extends Float64Array | Int32Array> {
  readonly #allocate: (length: number) => T;
  #items: T;
  #length = 0;

  constructor(allocate: (length: number) => T) {
    this.#allocate = allocate;
    this.#items = allocate(1024);
  }

  /** Numbers so far. */
  get length(): number {
    return this.#length;
  }

  /** Adds a number at the end. */
  push(value: number): void {
    if (this.#length === this.#items.length) {
      const larger = this.#allocate(2 * this.#length);
      larger.set(this.#items);
      this.#items = larger;
    }
    this.#items[this.#length++] = value;
  }

  /** The numbers so far, as a view. */
  finish(): T {
    return this.#items.subarray(0, this.#length) as T;
  }
}
