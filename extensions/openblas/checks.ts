import type { Block, Real } from '../../core/block.ts';

/** BLAS is called with 32-bit integers. */
const largestExtent = 2 ** 31 - 1;

const isExtent = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= largestExtent;

const typeOf = (data: unknown): string => Object.prototype.toString.call(data).slice(8, -1);

/** Throws a `RangeError` unless the number is a size that BLAS can be told. */
export function mustBeExtent(name: string, value: number): void {
  if (!isExtent(value))
    throw new RangeError(`${name} is ${value}: BLAS takes whole numbers from 0 to ${largestExtent}.`);
}

/** Throws a `TypeError` unless these are numbers of f64. */
export function mustBeDouble(name: string, data: Float64Array): void {
  if (!(data instanceof Float64Array)) throw new TypeError(`The ${name} must be a Float64Array, not ${typeOf(data)}.`);
}

/** Throws unless a block has sizes that BLAS can be told and numbers of f32 or f64. */
export function mustBeNative(name: string, { rows, cols, data }: Block): void {
  if (!isExtent(rows) || !isExtent(cols)) {
    throw new RangeError(`Block ${name} of ${rows} x ${cols}: BLAS takes whole numbers from 0 to ${largestExtent}.`);
  }
  if (!(data instanceof Float32Array) && !(data instanceof Float64Array)) {
    throw new TypeError(`Block ${name} holds ${typeOf(data)}: BLAS takes Float32Array or Float64Array.`);
  }
}

/** Throws a `TypeError` unless both blocks are of one precision. */
export function mustMatch(nameA: string, a: Block, nameB: string, b: Block): void {
  if (a.data.BYTES_PER_ELEMENT !== b.data.BYTES_PER_ELEMENT) {
    throw new TypeError(
      `Block ${nameA} holds ${typeOf(a.data)} and block ${nameB} ${typeOf(b.data)}: BLAS takes one precision at a time.`,
    );
  }
}

/** Throws a `RangeError` where the numbers that are written share memory with those that are read. */
export function mustLieApart(name: string, read: Real, written: Real): void {
  if (read.buffer !== written.buffer) return;
  const before = read.byteOffset + read.byteLength <= written.byteOffset;
  const after = written.byteOffset + written.byteLength <= read.byteOffset;
  if (!before && !after)
    throw new RangeError(`The result shares memory with block ${name}, which is still being read.`);
}
