import { block, type Block, type Real } from '../../core/block.ts';
import type { LayerServices } from '../../core/layer-solver.ts';
import { paddingTable, type Geometry } from './geometry.ts';

/** Numbers in a block of patches: about half of a second-level cache of 1 MiB and more. */
const patchNumbers = 2 ** 17;

/** At least so many patches at a time, so that adding their Gram matrix to the sums costs little. */
const leastPatches = 512;

/** Some rows of outputs, samples one after the other, and the patches that they see. */
export interface PatchBlock {
  /** Positions x patch. */
  readonly patches: Block;
  /** The first position: as many come before it, in this sample and those before. */
  readonly first: number;
}

/**
 * The patches of a tile, some rows of outputs at a time, in a work space that does not grow with the tile: what turns
 * a convolution into a matrix product.
 */
export class Patches {
  readonly #geometry: Geometry;
  readonly #table: Int32Array | undefined;
  readonly #padded: Real;
  readonly #work: Real;
  /** Rows of outputs in a block. */
  readonly #rows: number;

  constructor(geometry: Geometry, { linearAlgebra, precision }: LayerServices) {
    const { outputs, patch, padded, image } = geometry;
    this.#geometry = geometry;
    this.#table = paddingTable(geometry);
    this.#rows = Math.ceil(Math.max(patchNumbers / patch, leastPatches) / outputs.width);
    this.#padded = linearAlgebra.allocate(precision, padded.height * padded.width * image.channels);
    this.#work = linearAlgebra.allocate(precision, this.#rows * outputs.width * patch);
  }

  /** Positions in one sample. */
  get positions(): number {
    return this.#geometry.outputs.height * this.#geometry.outputs.width;
  }

  /** Shows every block of patches of the images in `a` in turn. */
  unfold(a: Block, visit: (block: PatchBlock) => void): void {
    const { height, width } = this.#geometry.outputs;
    const total = a.rows * height;
    let padded: Real | undefined;
    for (let from = 0; from < total; from += this.#rows) {
      const to = Math.min(total, from + this.#rows);
      const patches = this.#blockOf((to - from) * width);
      for (let row = from; row < to; row++) {
        const down = row % height;
        if (down === 0 || padded === undefined) padded = this.#pad(a, Math.floor(row / height));
        this.#copyRow(padded, down, patches.data, (row - from) * width);
      }
      visit({ patches, first: from * width });
    }
  }

  /** The transpose of {@link unfold}: every block is written by `fill`, and its numbers are added to where they came from. */
  fold(a: Block, fill: (block: PatchBlock) => void): void {
    const { outputs, size } = this.#geometry;
    const { height, width } = outputs;
    const total = a.rows * height;
    a.data.fill(0);
    for (let from = 0; from < total; from += this.#rows) {
      const to = Math.min(total, from + this.#rows);
      const patches = this.#blockOf((to - from) * width);
      fill({ patches, first: from * width });
      for (let row = from; row < to; row++) {
        const down = row % height;
        const sample = Math.floor(row / height);
        const image = a.data.subarray(sample * size, (sample + 1) * size);
        const target = this.#table === undefined ? image : this.#padded;
        if (this.#table !== undefined && (down === 0 || row === from)) this.#padded.fill(0);
        this.#addRow(patches.data, (row - from) * width, down, target);
        if (down === height - 1 || row === to - 1) this.#addPadded(image);
      }
    }
  }

  #blockOf(positions: number): Block {
    const { patch } = this.#geometry;
    return block(positions, patch, this.#work.subarray(0, positions * patch));
  }

  #pad({ data }: Block, sample: number): Real {
    const { size } = this.#geometry;
    const table = this.#table;
    if (table === undefined) return data.subarray(sample * size, (sample + 1) * size);
    const padded = this.#padded;
    const start = sample * size;
    for (let i = 0; i < table.length; i++) {
      const from = table[i]!;
      padded[i] = from < 0 ? 0 : data[start + from]!;
    }
    return padded;
  }

  #addPadded(image: Real): void {
    const table = this.#table;
    if (table === undefined) return;
    const padded = this.#padded;
    for (let i = 0; i < table.length; i++) {
      const to = table[i]!;
      if (to >= 0) image[to]! += padded[i]!;
    }
  }

  /** Copies the patches of one row of outputs. Lines of the kernel lie together in the image as in the patch. */
  #copyRow(padded: Real, down: number, patches: Real, position: number): void {
    const { kernel, stride, outputs, image, patch } = this.#geometry;
    const line = kernel.width * image.channels;
    const step = stride.width * image.channels;
    const pitch = this.#geometry.padded.width * image.channels;
    for (let k = 0; k < kernel.height; k++) {
      let from = (down * stride.height + k) * pitch;
      let to = position * patch + k * line;
      for (let across = 0; across < outputs.width; across++, from += step, to += patch) {
        for (let i = 0; i < line; i++) patches[to + i] = padded[from + i]!;
      }
    }
  }

  #addRow(patches: Real, position: number, down: number, padded: Real): void {
    const { kernel, stride, outputs, image, patch } = this.#geometry;
    const line = kernel.width * image.channels;
    const step = stride.width * image.channels;
    const pitch = this.#geometry.padded.width * image.channels;
    for (let k = 0; k < kernel.height; k++) {
      let to = (down * stride.height + k) * pitch;
      let from = position * patch + k * line;
      for (let across = 0; across < outputs.width; across++, to += step, from += patch) {
        for (let i = 0; i < line; i++) padded[to + i]! += patches[from + i]!;
      }
    }
  }
}
