import type { Real } from '../../core/block.ts';

/** A named array of numbers. */
export interface Tensor {
  /** Unique in its file. */
  readonly name: string;
  /** Extents, slowest axis first; an empty shape is a single number. */
  readonly shape: readonly number[];
  /** As many numbers as the product of the extents. `Float32Array` is stored as F32, `Float64Array` as F64. */
  readonly data: Real;
}

/** Texts stored beside the tensors. */
export type Metadata = Readonly<Record<string, string>>;

/** Numbers in an array of that shape. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((size, extent) => size * extent, 1);

/** Key of the header that holds the metadata, and so is no tensor's name. */
export const metadataKey = '__metadata__';

/** The longest header the format allows, in bytes. */
export const longestHeader = 100_000_000;
