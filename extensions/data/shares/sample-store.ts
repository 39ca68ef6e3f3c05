import type { Block, Precision } from '../../../core/block.ts';
import type { Shard } from '../../../core/data-source.ts';
import type { Preprocessing, SampleParts } from '../../../core/preprocessing.ts';

/** How samples are kept until all are read. */
export interface StoreOptions {
  /** Features of a sample. */
  readonly cols: number;
  /** Of what is kept. */
  readonly precision: Precision;
  /** Subtracted from the features before they are rounded: near their means, so that standardising loses no digits. */
  readonly reference: Float64Array;
}

/** What is known when all are read: how what was kept becomes inputs and targets. */
export interface Finish {
  /** $x = (\text{kept} - \text{mean}) \cdot \text{scale}$; absent where nothing is to be done. */
  readonly map?: Preprocessing;
  /** Columns of a target row. */
  readonly targets: number;
  /** Which of the classes a code stands for. */
  readonly classOf: Int32Array;
}

/** Samples of one rank while they are read. */
export interface SampleStore extends SampleParts {
  /** Samples so far. */
  readonly samples: number;
  /** Adds a sample with the code of its label. */
  add(features: Float64Array, code: number): void;
  /**
   * Turns what was kept into tiles; nothing can be added any more.
   *
   * @param first - Number of this rank's first sample among those of all ranks.
   */
  finish(options: Finish, first: number): (tileRows: number) => Shard;
  /** Releases what is not memory. */
  close(): void;
}

/** Writes the 0/1 targets of a class: one column for two classes, else one each. */
export function setTarget(y: Block, row: number, index: number): void {
  if (y.cols === 1) y.data[row] = index;
  else for (let col = 0; col < y.cols; col++) y.data[row * y.cols + col] = col === index ? 1 : 0;
}
