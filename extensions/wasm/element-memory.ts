import type { Precision, Real } from '../../core/block.ts';
import { page, reserved, sizeOf, Slot } from './scratch.ts';

/** Elements that are in the memory of the kernels at a time: a few arrays of them stay in the second-level cache. */
export const chunk = 16384;

/** Room for a chunk in f64, and for the number beyond it that the kernels may read. */
const arrayBytes = chunk * 8 + 64;

/** Room for a table of pieces, or for sums. */
export const tableBytes = 1 << 20;

const arenaAt = Math.ceil((reserved + 3 * arrayBytes + tableBytes) / page) * page;

/** Sizes that the memory is given for arrays, of which the first is taken that the machine allows. Pages cost nothing until touched. */
const arenaSizes = [3 * 2 ** 30, 2 ** 30, 2 ** 28] as const;

/**
 * Memory of one instance of the element-wise kernels: a chunk of three arrays, a table, and an arena of arrays that the
 * kernels touch in place.
 */
export class ElementMemory {
  readonly #memory: WebAssembly.Memory;
  /** A chunk of the first array. */
  readonly a: Slot;
  /** A chunk of the second array, and then of the result. */
  readonly m: Slot;
  /** A chunk of the third array: multipliers. */
  readonly lambda: Slot;
  /** Pieces, or sums. */
  readonly table: Slot;
  #next = arenaAt;
  #arena: ArrayBuffer | undefined;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.a = new Slot(memory);
    this.m = new Slot(memory);
    this.lambda = new Slot(memory);
    this.table = new Slot(memory);
    this.#growTo(arenaAt);
  }

  /** Whether an array lies in the arena, where the kernels reach it by `byteOffset`. */
  holds(data: Real): boolean {
    return data.buffer === this.#arena;
  }

  /** Address of a chunk of the elements of `data` from `from` on: in the arena, or of a copy in a slot. */
  reach(data: Real, from: number, precision: Precision, slot: Slot): number {
    if (this.holds(data)) return data.byteOffset + from * sizeOf(precision);
    copyIn(data, from, precision, slot);
    return slot.at;
  }

  /** A zero-filled array in the arena, with room behind it for the number that the kernels may read; none when it is full. */
  allocate(precision: Precision, length: number): Real | undefined {
    this.#arena ??= this.#open();
    const at = this.#next;
    const end = at + Math.ceil((length * sizeOf(precision)) / 64) * 64 + 64;
    if (end > this.#arena.byteLength) return undefined;
    this.#next = end;
    return precision === 'float32'
      ? new Float32Array(this.#arena, at, length)
      : new Float64Array(this.#arena, at, length);
  }

  /** Grows once for all, because growing makes all views void. */
  #open(): ArrayBuffer {
    for (const size of arenaSizes) {
      try {
        this.#growTo(size);
        break;
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
      }
    }
    return this.#memory.buffer;
  }

  #growTo(bytes: number): void {
    const missing = bytes - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / page));
    this.a.place(reserved, arrayBytes);
    this.m.place(reserved + arrayBytes, arrayBytes);
    this.lambda.place(reserved + 2 * arrayBytes, arrayBytes);
    this.table.place(reserved + 3 * arrayBytes, tableBytes);
  }
}

/** Copies the elements of `data` from `from` on into a slot: a chunk of them, or what is left. Returns how many. */
export function copyIn(data: Real, from: number, precision: Precision, slot: Slot): number {
  const length = Math.min(chunk, data.length - from);
  slot.view(precision, length).set(length === data.length ? data : data.subarray(from, from + length));
  return length;
}
