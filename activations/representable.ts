import type { Precision } from '../core/block.ts';

const single = new Float32Array(1);
const singleBits = new Int32Array(single.buffer);
const double = new Float64Array(1);
const doubleBits = new BigInt64Array(double.buffer);

const largest = { float32: 2 ** 128 - 2 ** 104, float64: Number.MAX_VALUE } as const;
const smallest = { float32: 2 ** -149, float64: Number.MIN_VALUE } as const;

const round = (x: number, precision: Precision): number => (precision === 'float32' ? Math.fround(x) : x);

/** The next lower number of that precision; `x` is finite and of that precision itself. */
function next(x: number, precision: Precision): number {
  if (x === 0) return -smallest[precision];
  // Read as an integer, the bits of a floating-point number count its distance from zero in steps of one number.
  if (precision === 'float32') {
    single[0] = x;
    singleBits[0]! += x > 0 ? -1 : 1;
    return single[0];
  }
  double[0] = x;
  doubleBits[0]! += x > 0 ? -1n : 1n;
  return double[0];
}

/** The largest finite number of that precision below `x`; $-\infty$ when there is none. */
export function largestBelow(x: number, precision: Precision): number {
  const rounded = round(x, precision);
  if (rounded === Infinity) return largest[precision];
  return rounded < x || rounded === -Infinity ? rounded : next(rounded, precision);
}

/** The smallest finite number of that precision that is `x` or more; $\infty$ when there is none. */
export function smallestFrom(x: number, precision: Precision): number {
  const rounded = round(x, precision);
  if (rounded === -Infinity) return -largest[precision];
  return rounded >= x ? rounded : -next(-rounded, precision);
}
