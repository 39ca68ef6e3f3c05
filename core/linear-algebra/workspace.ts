/** Scratch memory of one set of kernels: arrays that grow to the largest size asked for and are then reused. */
export class Workspace {
  #left = new Float64Array(0);
  #right = new Float64Array(0);
  /** One register tile: `side * side` sums, row-major. */
  readonly tile = new Float64Array(9);

  /** At least `length` numbers for the panels of the left operand; what they hold is unspecified. */
  left(length: number): Float64Array {
    if (this.#left.length < length) this.#left = new Float64Array(length);
    return this.#left;
  }

  /** At least `length` numbers for the panels of the right operand; what they hold is unspecified. */
  right(length: number): Float64Array {
    if (this.#right.length < length) this.#right = new Float64Array(length);
    return this.#right;
  }
}
