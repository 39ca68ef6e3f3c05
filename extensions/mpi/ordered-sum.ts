import type { MpiGroup } from './library.ts';

/** Up to so many numbers over all ranks of a group, every rank receives all and adds up for itself: fewer messages, more bytes. */
export const gatherAtMost = 8192;

/**
 * Sums over a group of ranks, always added in rank order. Each rank gathers and adds up a slice of its own, and then all
 * gather the slices; of short arrays every rank gathers and adds up the whole.
 *
 * With `across`, the ranks of one machine are the group and its sums go on over the machines: each rank of a machine adds up its slice
 * with the ranks of the same place on the others. So a machine sends and receives what a single rank would, whatever its ranks.
 */
export class OrderedSum {
  readonly #group: MpiGroup;
  readonly #across: OrderedSum | undefined;
  #work = new Float64Array(0);

  /** @param across - Sums over the machines, of the ranks of this place. Default: there is one machine. */
  constructor(group: MpiGroup, across?: OrderedSum) {
    this.#group = group;
    this.#across = across;
  }

  /** Every number becomes its sum over all ranks. */
  sum(values: Float64Array): void {
    const { size } = this.#group;
    const { length } = values;
    // Two ranks gather no more than slices would take in the end; between machines less counts.
    const few = size * length <= gatherAtMost || (size <= 2 && this.#across === undefined);
    if (few) this.#sumWhole(values);
    else this.#sumSlices(values);
  }

  #sumWhole(values: Float64Array): void {
    const { length } = values;
    const all = this.#workspace(this.#group.size * length);
    this.#group.allgather(values, length, all);
    values.set(this.#added(all, length));
    this.#across?.sum(values);
  }

  #sumSlices(values: Float64Array): void {
    const { length } = values;
    const { size } = this.#group;
    // Slices of one length: the last ones are padded with what lay there, which no one reads.
    const slice = Math.ceil(length / size);
    const work = this.#workspace(2 * size * slice);
    const [given, received] = [work.subarray(0, size * slice), work.subarray(size * slice)];
    given.set(values);
    this.#group.alltoall(given, slice, received);
    const own = this.#added(received, slice);
    this.#across?.sum(own);
    this.#group.allgather(own, slice, given);
    values.set(given.subarray(0, length));
  }

  /** The sum of the ranks' numbers, in rank order, in the place of the first rank's. */
  #added(all: Float64Array, length: number): Float64Array {
    const total = all.subarray(0, length);
    for (let rank = 1; rank < this.#group.size; rank++) {
      const from = rank * length;
      for (let i = 0; i < length; i++) total[i]! += all[from + i]!;
    }
    return total;
  }

  /** Made when first needed, and again when a longer array comes: a run's later sweeps allocate nothing. */
  #workspace(length: number): Float64Array {
    if (this.#work.length < length) this.#work = new Float64Array(length);
    return this.#work.subarray(0, length);
  }
}
