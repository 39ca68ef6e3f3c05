import type { Precision, Real } from '../../core/block.ts';
import { page, reserved, Slot } from './scratch.ts';

/** Elements that are in the memory of the kernels at a time: two arrays of them stay in the second-level cache. */
export const chunk = 16384;

/** Room for a chunk in f64, and for the vector beyond it that the kernels may touch. */
const arrayBytes = chunk * 8 + 64;

/** Memory of one instance of the element-wise kernels: a chunk of two arrays, and a table. */
export class ElementMemory {
  readonly #memory: WebAssembly.Memory;
  /** A chunk of the first array. */
  readonly a: Slot;
  /** A chunk of the second array, and then of the result. */
  readonly m: Slot;
  /** Pieces, or sums. */
  readonly table: Slot;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.a = new Slot(memory);
    this.m = new Slot(memory);
    this.table = new Slot(memory);
    this.reserve(64);
  }

  /** Gives the table at least that many bytes. */
  reserve(bytes: number): void {
    if (bytes <= this.table.bytes) return;
    const tableAt = reserved + 2 * arrayBytes;
    const missing = tableAt + bytes - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / page));
    this.a.place(reserved, arrayBytes);
    this.m.place(reserved + arrayBytes, arrayBytes);
    this.table.place(tableAt, bytes);
  }
}

/** Copies the elements of `data` from `from` on into a slot: a chunk of them, or what is left. Returns how many. */
export function copyIn(data: Real, from: number, precision: Precision, slot: Slot): number {
  const length = Math.min(chunk, data.length - from);
  slot.view(precision, length).set(length === data.length ? data : data.subarray(from, from + length));
  return length;
}
