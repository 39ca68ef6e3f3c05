import type { Block } from './block.ts';

const cacheLine = 64;

/** Where the numbers read go, so that reading them is not optimised away. */
const read = { sum: 0 };

/**
 * Brings a block that lies in memory into the cache, by one number of every cache line. Products take rows in an order that
 * the hardware does not foresee: a plain walk in four places at a time is faster by more than it costs (measured with 240 MB
 * times a vector, 25 ms and 14 ms, and 311 MB times 100 columns, 190 ms and 175 ms).
 */
export function readAhead({ data }: Block): void {
  const step = cacheLine / data.BYTES_PER_ELEMENT;
  const quarter = Math.floor(data.length / 4) | 0;
  const [second, third] = [2 * quarter, 3 * quarter];
  let sum = 0;
  for (let i = 0; i < quarter; i = (i + step) | 0) {
    sum += data[i]! + data[(i + quarter) | 0]! + data[(i + second) | 0]! + data[(i + third) | 0]!;
  }
  read.sum += sum;
}
