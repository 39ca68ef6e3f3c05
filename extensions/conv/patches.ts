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
    const { size } = this.#geometry;
    const total = a.rows * height;
    const copy = this.#copyFrom(this.#table === undefined ? a.data : this.#padded);
    for (let from = 0; from < total; from += this.#rows) {
      const to = Math.min(total, from + this.#rows);
      for (let row = from; row < to; row++) {
        const down = row % height;
        const sample = Math.floor(row / height);
        if (this.#table !== undefined && (down === 0 || row === from)) this.#pad(a, sample);
        copyRow(copy, this.#table === undefined ? sample * size : 0, down, (row - from) * width);
      }
      visit({ patches: this.#blockOf((to - from) * width), first: from * width });
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

  /** What {@link copyRow} needs: numbers go in pairs, as doubles, where they all lie in pairs. */
  #copyFrom(source: Real): RowCopy {
    const { kernel, stride, outputs, image, padded, patch, size } = this.#geometry;
    const work = this.#work;
    const sizes = {
      rows: kernel.height,
      across: outputs.width,
      down: stride.height,
      line: kernel.width * image.channels,
      step: stride.width * image.channels,
      pitch: padded.width * image.channels,
      patch,
      share: 1,
    };
    const aligned = [source, work].every(({ byteOffset }) => byteOffset % 8 === 0);
    const even = [image.channels, source.length, size, work.length].every((count) => count % 2 === 0);
    if (!(source instanceof Float32Array) || !aligned || !even) return { ...sizes, source, target: work };
    const pairs = ({ buffer, byteOffset, length }: Real): Real => new Float64Array(buffer, byteOffset, length / 2);
    const half = (count: number): number => count / 2;
    return {
      ...sizes,
      line: half(sizes.line),
      step: half(sizes.step),
      pitch: half(sizes.pitch),
      patch: half(patch),
      share: 2,
      source: pairs(source),
      target: pairs(work),
    };
  }

  #pad({ data }: Block, sample: number): void {
    const table = this.#table!;
    const padded = this.#padded;
    const start = sample * this.#geometry.size;
    for (let i = 0; i < table.length; i++) {
      const from = table[i]!;
      padded[i] = from < 0 ? 0 : data[start + from]!;
    }
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

/** Sizes and arrays of a copy of patches, all in units of `share` numbers. */
interface RowCopy {
  /** Lines of the kernel. */
  readonly rows: number;
  /** Patches of a row of outputs. */
  readonly across: number;
  /** Rows of pixels from one row of outputs to the next. */
  readonly down: number;
  /** A line of the kernel. */
  readonly line: number;
  /** From one patch to the next, in the image. */
  readonly step: number;
  /** A row of pixels. */
  readonly pitch: number;
  /** A patch. */
  readonly patch: number;
  readonly share: number;
  readonly source: Real;
  readonly target: Real;
}

/** Copies the patches of one row of outputs. Lines of the kernel lie together in the image as in the patch. */
function copyRow(copy: RowCopy, start: number, down: number, position: number): void {
  const { rows, across, line, step, pitch, patch, source, target } = copy;
  const first = start / copy.share + down * copy.down * pitch;
  for (let k = 0; k < rows; k++) {
    let from = first + k * pitch;
    let to = position * patch + k * line;
    for (let x = 0; x < across; x++, from += step, to += patch) {
      for (let i = 0; i < line; i++) target[to + i] = source[from + i]!;
    }
  }
}
