import { block, type Block } from '../../core/block.ts';
import type { LinearAlgebra } from '../../core/linear-algebra.ts';
import { random } from '../../core/random.ts';
import { openBlas } from '../../extensions/openblas/index.ts';
import type { Contender } from './contender.ts';
import { median } from './median.ts';
import { askPython, findPython } from '../reference/python.ts';
import type { Benchmark, Row } from './row.ts';

/** Products in one turn, of which the fastest counts: the rate is what the machine can do. */
const repeats = 3;

/** What the case of a row begins with that is the rate itself. */
export const sgemmCase = 'sgemm';

/** Operations per second in 1e9 of square single-precision products on one core, at every turn. */
export class SgemmRate implements Contender<number> {
  readonly name = sgemmCase;
  /** By whose sgemm it is measured. */
  readonly by: string;
  readonly #size: number;
  readonly #measure: () => number;
  readonly #rates: number[] = [];

  /** @param measure - The rate of products of that many rows and columns. */
  constructor(by: string, size: number, measure: () => number) {
    this.by = by;
    this.#size = size;
    this.#measure = measure;
  }

  turn(): number {
    const rate = this.#measure();
    this.#rates.push(rate);
    return rate;
  }

  /** All turns so far as a row, which every share in the benchmark refers to. */
  row(benchmark: Benchmark): Row {
    const gflops = median(this.#rates);
    const seconds = (2 * this.#size ** 3) / gflops / 1e9;
    const name = `${sgemmCase} of ${this.#size} × ${this.#size}`;
    return { benchmark, case: name, backend: this.by, workers: 1, seconds, gflops, sgemmShare: 1 };
  }
}

function square(size: number, linearAlgebra: LinearAlgebra, name: string): Block {
  const stream = random(name);
  const data = linearAlgebra.allocate('float32', size * size);
  for (let i = 0; i < data.length; i++) data[i] = stream.normal();
  return block(size, size, data);
}

function throughBlas(size: number, linearAlgebra: LinearAlgebra): SgemmRate {
  const [a, b, c] = ['a', 'b', 'c'].map((name) => square(size, linearAlgebra, name)) as [Block, Block, Block];
  return new SgemmRate(linearAlgebra.name, size, () => {
    let best = 0;
    for (let i = 0; i < repeats; i++) {
      const began = performance.now();
      linearAlgebra.multiply(a, b, { transpose: false, keep: 0 }, c);
      best = Math.max(best, (2 * size ** 3) / (performance.now() - began) / 1e6);
    }
    return best;
  });
}

const numpyScript = (size: number): string => `
import time, numpy
a, b = numpy.random.default_rng(1).standard_normal((2, ${size}, ${size})).astype('f4')
def once():
    began = time.perf_counter()
    a @ b
    return time.perf_counter() - began
once()
print(2 * ${size} ** 3 / min(once() for _ in range(${repeats})) / 1e9)
`;

/** The machine's sgemm: that of its BLAS through nograd's bindings, else numpy's; `undefined` where there is neither. */
export function sgemmRate(size: number): SgemmRate | undefined {
  const blas = openBlas.load();
  if (typeof blas !== 'string') return throughBlas(size, blas);
  const numpy = findPython('numpy');
  if (numpy === undefined) return undefined;
  return new SgemmRate('numpy', size, () => Number(askPython(numpy.python, numpyScript(size))));
}
