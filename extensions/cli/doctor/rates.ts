import { block, type Block } from '../../../core/block.ts';
import type { LinearAlgebra } from '../../../core/linear-algebra.ts';

/** How fast a linear algebra is on one thread, in GFLOP/s: $10^9$ multiplications and additions a second. */
export interface Rates {
  /** Of a product $c = a b^T$ of float32 blocks: `a` 256 x 784, `b` 100 x 784. */
  readonly multiply: number;
  /** Of a Gram matrix $a^T a$ of a float32 block of 256 x 784; only its upper triangle counts. */
  readonly gram: number;
}

/** A tile of samples, and a layer that it goes through: the first one of a network on images of 28 x 28. */
const [samples, inputs, outputs] = [256, 784, 100];

/** Milliseconds that one kernel is called for. */
const budget = 150;

/** Median seconds of a call. The first call, which may load or compile something, does not count. */
function secondsOf(call: () => void): number {
  call();
  const times: number[] = [];
  const end = performance.now() + budget;
  do {
    const start = performance.now();
    call();
    times.push(performance.now() - start);
  } while (performance.now() < end);
  return times.sort((a, b) => a - b)[times.length >> 1]! / 1000;
}

/** Measures a linear algebra for about 0.3 seconds, or two calls of each kernel where they take longer. */
export function measureRates(linearAlgebra: LinearAlgebra): Rates {
  const blockOf = (rows: number, cols: number): Block => {
    const data = linearAlgebra.allocate('float32', rows * cols);
    for (let index = 0; index < data.length; index++) data[index] = Math.sin(index + 1);
    return block(rows, cols, data);
  };
  const [a, b, c] = [blockOf(samples, inputs), blockOf(outputs, inputs), blockOf(samples, outputs)];
  const sums = linearAlgebra.allocate('float64', inputs * inputs) as Float64Array;
  const multiply = secondsOf(() => linearAlgebra.multiply(a, b, { transpose: true, keep: 0 }, c));
  const gram = secondsOf(() => linearAlgebra.gram(a, sums));
  return {
    multiply: (2 * samples * inputs * outputs) / multiply / 1e9,
    gram: (samples * inputs * (inputs + 1)) / gram / 1e9,
  };
}
