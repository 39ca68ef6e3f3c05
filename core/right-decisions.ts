import type { Block } from './block.ts';
import type { OutputSolver } from './output-solver.ts';

/** Counts right decisions of one output node, tile by tile; work space is made once. */
export class RightDecisions {
  readonly #loss: Pick<OutputSolver, 'decide'>;
  readonly #decided: Int32Array;
  readonly #wanted: Int32Array;

  /**
   * @param loss - Decides for the outputs, and for the targets.
   * @param tileRows - Rows of the largest tile.
   */
  constructor(loss: Pick<OutputSolver, 'decide'>, tileRows: number) {
    this.#loss = loss;
    this.#decided = new Int32Array(tileRows);
    this.#wanted = new Int32Array(tileRows);
  }

  /** Rows of outputs `z` that speak for the class that the targets `y` speak for. */
  count(z: Block, y: Block): number {
    this.#loss.decide(z, this.#decided);
    this.#loss.decide(y, this.#wanted);
    let right = 0;
    for (let row = 0; row < z.rows; row++) if (this.#decided[row] === this.#wanted[row]) right++;
    return right;
  }
}
