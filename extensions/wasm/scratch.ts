import type { Precision, Real } from '../../core/block.ts';

/** Bytes of one page of WebAssembly memory. */
export const page = 65536;

/** Bytes before the first slot, which the kernels use themselves. */
export const reserved = 256;

/** Views that a slot remembers before it forgets them all. */
const mostViews = 64;

/** Bytes of one number. */
export const sizeOf = (precision: Precision): 4 | 8 => (precision === 'float32' ? 4 : 8);

/** A part of the memory, from its start on. Views are remembered, so that repeated products allocate nothing. */
export class Slot {
  readonly #memory: WebAssembly.Memory;
  readonly #views: Record<Precision, Map<number, Real>> = { float32: new Map(), float64: new Map() };
  /** Address of the first byte. */
  at = 0;
  /** Its size. */
  bytes = 0;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
  }

  /** The first numbers of the slot. */
  view(precision: Precision, length: number): Real {
    const views = this.#views[precision];
    const known = views.get(length);
    if (known !== undefined) return known;
    if (views.size === mostViews) views.clear();
    const { buffer } = this.#memory;
    const view =
      precision === 'float32' ? new Float32Array(buffer, this.at, length) : new Float64Array(buffer, this.at, length);
    views.set(length, view);
    return view;
  }

  /** Moves the slot and gives it a size; views from before are void. */
  place(at: number, bytes: number): void {
    this.at = at;
    this.bytes = bytes;
    this.#views.float32.clear();
    this.#views.float64.clear();
  }
}

/**
 * Memory of one instance of the kernels, in three slots that grow to the largest product and are then reused. What they
 * hold between calls is unspecified.
 */
export class Scratch {
  readonly #memory: WebAssembly.Memory;
  /** The left operand. */
  readonly left: Slot;
  /** The right operand, packed. */
  readonly panels: Slot;
  /** The right operand before it is packed; then the result. */
  readonly staging: Slot;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.left = new Slot(memory);
    this.panels = new Slot(memory);
    this.staging = new Slot(memory);
  }

  /** Gives every slot at least that many bytes. */
  reserve(left: number, panels: number, staging: number): void {
    if (left <= this.left.bytes && panels <= this.panels.bytes && staging <= this.staging.bytes) return;
    const sizes = [Math.max(left, this.left.bytes), Math.max(panels, this.panels.bytes)] as const;
    const stagingBytes = Math.max(staging, this.staging.bytes);
    const panelsAt = aligned(reserved + sizes[0]);
    const stagingAt = aligned(panelsAt + sizes[1]);
    const missing = stagingAt + stagingBytes - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / page));
    this.left.place(reserved, sizes[0]);
    this.panels.place(panelsAt, sizes[1]);
    this.staging.place(stagingAt, stagingBytes);
  }
}

/** The next address at the start of a cache line. */
const aligned = (address: number): number => Math.ceil(address / 64) * 64;
