import type { PatchMover } from '../../core/accelerator.ts';
import { block, type Block } from '../../core/block.ts';
import type { LayerServices } from '../../core/layer-solver.ts';
import { paddingTable, type Geometry } from './geometry.ts';
import { plainMover } from './plain-mover.ts';

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

/** Numbers that lie together in the image with its border as in the one without. */
interface Run {
  readonly padded: number;
  readonly own: number;
  readonly length: number;
}

/** All numbers of the image, as runs; the rest of the padded one is zeros. */
function runsOf(table: Int32Array): readonly Run[] {
  const runs: Run[] = [];
  for (let from = 0, to = 0; from < table.length; from = to) {
    for (to = from + 1; to < table.length && table[from]! >= 0 && table[to] === table[to - 1]! + 1; to++);
    if (table[from]! >= 0) runs.push({ padded: from, own: table[from]!, length: to - from });
  }
  return runs;
}

/** The fastest mover that there is room for. */
function moverOf(
  { padded, image, kernel, stride, outputs }: Geometry,
  rows: number,
  services: LayerServices,
): PatchMover {
  const { precision, accelerations = [] } = services;
  const shape = {
    image: padded.height * padded.width * image.channels,
    pitch: padded.width * image.channels,
    lines: kernel.height,
    line: kernel.width * image.channels,
    step: stride.width * image.channels,
    across: outputs.width,
    room: rows * outputs.width,
  };
  const faster = accelerations.reduceRight<PatchMover | undefined>(
    (found, acceleration) => found ?? acceleration.patches?.(shape, precision),
    undefined,
  );
  return faster ?? plainMover(shape, precision);
}

/**
 * The patches of a tile, some rows of outputs at a time, in a work space that does not grow with the tile: what turns
 * a convolution into a matrix product.
 */
export class Patches {
  readonly #geometry: Geometry;
  readonly #runs: readonly Run[];
  readonly #mover: PatchMover;
  /** Rows of outputs in a block. */
  readonly #rows: number;

  constructor(geometry: Geometry, services: LayerServices) {
    const { outputs, patch } = geometry;
    this.#geometry = geometry;
    this.#runs = runsOf(paddingTable(geometry));
    this.#rows = Math.ceil(Math.max(patchNumbers / patch, leastPatches) / outputs.width);
    this.#mover = moverOf(geometry, this.#rows, services);
  }

  /** Positions in one sample. */
  get positions(): number {
    return this.#geometry.outputs.height * this.#geometry.outputs.width;
  }

  /** Shows every block of patches of the images in `a` in turn. */
  unfold(a: Block, visit: (block: PatchBlock) => void): void {
    const { height, width } = this.#geometry.outputs;
    // Borders stay zero from one sample to the next.
    this.#mover.image.fill(0);
    this.#eachBlock(a.rows, (from, to) => {
      for (let row = from; row < to; row++) {
        const down = row % height;
        if (down === 0 || row === from) this.#pad(a, Math.floor(row / height));
        this.#mover.unfold(this.#firstOf(down), (row - from) * width);
      }
      visit({ patches: this.#blockOf((to - from) * width), first: from * width });
    });
  }

  /** The transpose of {@link unfold}: every block is written by `fill`, and its numbers are added to where they came from. */
  fold(a: Block, fill: (block: PatchBlock) => void): void {
    const { height, width } = this.#geometry.outputs;
    a.data.fill(0);
    this.#eachBlock(a.rows, (from, to) => {
      fill({ patches: this.#blockOf((to - from) * width), first: from * width });
      for (let row = from; row < to; row++) {
        const down = row % height;
        if (down === 0 || row === from) this.#mover.image.fill(0);
        this.#mover.fold(this.#firstOf(down), (row - from) * width);
        if (down === height - 1 || row === to - 1) this.#addPadded(a, Math.floor(row / height));
      }
    });
  }

  /** Rows of outputs of so many samples, a block of them at a time. */
  #eachBlock(samples: number, visit: (from: number, to: number) => void): void {
    const total = samples * this.#geometry.outputs.height;
    for (let from = 0; from < total; from += this.#rows) visit(from, Math.min(total, from + this.#rows));
  }

  /** Where the first patch of a row of outputs begins. */
  #firstOf(down: number): number {
    const { stride, padded, image } = this.#geometry;
    return down * stride.height * padded.width * image.channels;
  }

  #blockOf(positions: number): Block {
    const { patch } = this.#geometry;
    return block(positions, patch, this.#mover.patches.subarray(0, positions * patch));
  }

  #pad({ data }: Block, sample: number): void {
    const { image } = this.#mover;
    const first = sample * this.#geometry.size;
    for (const { padded, own, length } of this.#runs) {
      for (let i = 0; i < length; i++) image[padded + i] = data[first + own + i]!;
    }
  }

  #addPadded({ data }: Block, sample: number): void {
    const { image } = this.#mover;
    const first = sample * this.#geometry.size;
    for (const { padded, own, length } of this.#runs) {
      for (let i = 0; i < length; i++) data[first + own + i]! += image[padded + i]!;
    }
  }
}
