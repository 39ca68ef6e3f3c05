import { block, precisionOf, type Block, type Precision, type Real } from '../../core/block.ts';
import type { DataSource } from '../../core/data-source.ts';
import { residentData } from '../../core/resident-data.ts';

/** Zero-filled numbers in memory that threads share. */
export function allocateShared(precision: Precision, length: number): Real {
  return precision === 'float32'
    ? new Float32Array(new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT))
    : new Float64Array(new SharedArrayBuffer(length * Float64Array.BYTES_PER_ELEMENT));
}

/** The block in memory that threads share: a copy, unless it lies there already. */
export function shareBlock(given: Block): Block {
  const { rows, cols, data } = given;
  if (data.buffer instanceof SharedArrayBuffer) return given;
  const copy = allocateShared(precisionOf(data), data.length);
  copy.set(data);
  return block(rows, cols, copy);
}

/** Samples as threads can be given them: plain data, whose blocks lie in shared memory. */
export interface SharedData {
  /** What the data is called in messages. */
  readonly name: string;
  /** Layout of one sample's features. */
  readonly shape: readonly number[];
  /** Whether samples are sequences of different lengths. */
  readonly ragged?: boolean | undefined;
  /** Inputs, samples x features. */
  readonly x: Block;
  /** Targets, samples x targets. */
  readonly y: Block;
}

/** Puts all samples of a source into shared memory. */
export function shareData(source: DataSource): SharedData {
  const { name, shape, ragged, samples } = source;
  const { x, y } = source.shard(0, 1, samples).tile(0);
  return { name, shape, ragged, x: shareBlock(x), y: shareBlock(y) };
}

/** The samples as the engine reads them. Nothing is copied. */
export const openSharedData = ({ name, x, y, shape, ragged }: SharedData): DataSource =>
  residentData(name, x, y, shape, ragged);
