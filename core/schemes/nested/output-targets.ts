import type { Block } from '../../block.ts';
import { targetReader, type TargetReader } from '../../evaluate.ts';
import type { OutputNode } from '../../graph.ts';
import type { TileBuffer, TileBuffers } from '../../tile-buffer.ts';
import type { NestedOptions } from './nested.ts';

/** What an output node strives for: its targets where the loss is least squares, else the proximal point of the loss. */
export class OutputTargets {
  /** Whether the loss is $|z - y|^2$ and its weights are refitted: then the targets are what is striven for. */
  readonly leastSquares: boolean;
  readonly #node: OutputNode;
  readonly #target: TargetReader;
  readonly #zero: TileBuffer;
  readonly #beta: number;

  /** @param options - `betaOutput` is the penalty of the proximal point. */
  constructor(
    node: OutputNode,
    targets: number,
    { betaOutput: beta, refit }: Pick<NestedOptions, 'betaOutput' | 'refit'>,
    buffers: TileBuffers,
  ) {
    this.leastSquares = refit && node.head.loss.leastSquares === true;
    this.#node = node;
    this.#beta = beta;
    this.#target = targetReader(node, targets, buffers);
    this.#zero = buffers.make(this.leastSquares ? 0 : node.size);
  }

  /** The node's columns of the target rows, in the rows that it has. */
  of(x: Block, y: Block): Block {
    return this.#target(x, y);
  }

  /**
   * `residual` = $y - m$, or $z - m$ with $z$ = argmin $\ell(z, y) + \beta |z - m|^2$. Returns $\sum |y - m|^2$, or
   * $\frac{1}{\beta} \sum (\ell(z, y) + \beta |z - m|^2)$: the Moreau envelope of the loss, of which the residual is half the
   * negative gradient in either case.
   */
  residual(x: Block, y: Block, m: Block, residual: Block): number {
    const own = this.#target(x, y);
    const { data } = residual;
    if (!this.leastSquares) this.#node.head.loss.solve(own, m, this.#zero(m.rows), this.#beta, residual);
    const z = this.leastSquares ? own.data : data;
    const loss = this.leastSquares ? 0 : this.#node.head.loss.loss(residual, own) / this.#beta;
    let squares = 0;
    for (let i = 0; i < data.length; i++) {
      const difference = z[i]! - m.data[i]!;
      data[i] = difference;
      squares += difference * difference;
    }
    return loss + squares;
  }
}
