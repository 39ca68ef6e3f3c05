import type { Block, Real } from '../core/block.ts';
import { copyColumns } from '../core/columns.ts';
import { WeightlessLayer } from './weightless.ts';

/**
 * The sum of some parents of one width, $z = [I \ldots I] a$; of one parent, the identity. It has no weights. With it a residual
 * block (He, Zhang, Ren and Sun 2016) is a node like any other: the engine merges it into $\gamma$ wherever it reads.
 */
export class SumLayer extends WeightlessLayer {
  /** It takes every parent as it is. */
  readonly identity = true;
  readonly inputs: number;
  readonly outputs: number;

  /** @param terms - How many parents, of `width` features each. */
  constructor(terms: number, width: number) {
    super();
    this.inputs = terms * width;
    this.outputs = width;
  }

  apply(_w: Real, a: Block, z: Block): void {
    const { inputs, outputs } = this;
    copyColumns(a, { from: 0, to: outputs }, 0, z);
    for (let from = outputs; from < inputs; from += outputs) {
      for (let row = 0; row < a.rows; row++) {
        const source = row * inputs + from;
        const target = row * outputs;
        for (let i = 0; i < outputs; i++) z.data[target + i]! += a.data[source + i]!;
      }
    }
  }

  adjoint(_w: Real, r: Block, a: Block): void {
    const whole = { from: 0, to: this.outputs };
    for (let from = 0; from < this.inputs; from += this.outputs) copyColumns(r, whole, from, a);
  }
}
