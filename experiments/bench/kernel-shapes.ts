import { block, type Block } from '../../core/block.ts';
import type { LinearAlgebra } from '../../core/linear-algebra.ts';
import { random } from '../../core/random.ts';
import { defaultTileRows } from '../../core/tile-buffer.ts';

/** One of the products that a sweep consists of, on one tile. */
export interface KernelShape {
  /** What the product is for and its sizes, e.g. `forward 28 -> 300`. */
  readonly name: string;
  /** Which product. */
  readonly kind: 'forward' | 'cross' | 'gram' | 'correct';
  /** Samples of the tile. */
  readonly rows: number;
  /** Features read by the layer. */
  readonly inputs: number;
  /** Features written by the layer. */
  readonly outputs: number;
}

/** All products of one sweep of a chain of dense layers on a tile of the default size. */
export function shapesOf(sizes: readonly number[]): KernelShape[] {
  const rows = defaultTileRows(Math.max(...sizes), 'float32');
  return sizes.slice(1).flatMap((outputs, layer): KernelShape[] => {
    const inputs = sizes[layer]!;
    const shape = (kind: KernelShape['kind'], name: string): KernelShape => ({ kind, name, rows, inputs, outputs });
    const always = [shape('forward', `forward ${inputs} → ${outputs}`), shape('cross', `cross ${outputs} × ${inputs}`)];
    if (layer === 0) return always;
    return [...always, shape('gram', `gram ${inputs}`), shape('correct', `correct ${outputs} → ${inputs}`)];
  });
}

/** Operations of one call; a Gram matrix counts for its upper triangle. */
export const operationsOf = ({ kind, rows, inputs, outputs }: KernelShape): number =>
  kind === 'gram' ? rows * inputs * (inputs + 1) : 2 * rows * inputs * outputs;

/** A kernel on operands of its own. */
export interface KernelCall {
  /** Calls it once. */
  readonly call: () => void;
  /** Where its result is. */
  readonly result: Float32Array | Float64Array;
}

function normal(name: string, rows: number, cols: number, linearAlgebra: LinearAlgebra): Block {
  const stream = random(name);
  const data = linearAlgebra.allocate('float32', rows * cols);
  for (let i = 0; i < data.length; i++) data[i] = stream.normal();
  return block(rows, cols, data);
}

/** The kernel on random operands, the same for every linear algebra. Its result begins at zero and may be a sum. */
export function kernelCall({ kind, rows, inputs, outputs }: KernelShape, linearAlgebra: LinearAlgebra): KernelCall {
  const a = normal('a', rows, inputs, linearAlgebra);
  const z = normal('z', rows, outputs, linearAlgebra);
  const w = normal('w', outputs, inputs, linearAlgebra);
  const zeroed = (cols: number): Block => block(rows, cols, linearAlgebra.allocate('float32', rows * cols));
  const sums = new Float64Array(inputs * (kind === 'gram' ? inputs : outputs));
  switch (kind) {
    case 'forward': {
      const c = zeroed(outputs);
      return { call: () => linearAlgebra.multiply(a, w, { transpose: true, keep: 0 }, c), result: c.data };
    }
    case 'correct': {
      const c = zeroed(inputs);
      return { call: () => linearAlgebra.multiply(z, w, { transpose: false, keep: 1 }, c), result: c.data };
    }
    case 'cross':
      return { call: () => linearAlgebra.cross(z, a, sums), result: sums };
    case 'gram':
      return { call: () => linearAlgebra.gram(a, sums), result: sums };
  }
}
