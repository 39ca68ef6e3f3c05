import { block, type Block } from '../../core/block.ts';
import type { OutputSolver } from '../../core/output-solver.ts';

/** `r` = derivative of the summed loss by the outputs `z`; shapes agree. */
export type LossGradient = (z: Block, y: Block, r: Block) => void;

const squared: LossGradient = (z, y, r) => {
  for (let i = 0; i < r.data.length; i++) r.data[i] = 2 * (z.data[i]! - y.data[i]!);
};

/** A sub-gradient: zero at the kink. */
const hinge: LossGradient = (z, y, r) => {
  for (let i = 0; i < r.data.length; i++) {
    r.data[i] = y.data[i] === 1 ? (z.data[i]! < 1 ? -1 : 0) : z.data[i]! > 0 ? 1 : 0;
  }
};

const known: Readonly<Record<string, LossGradient>> = { squared, hinge };

/** Half the step of a central difference, in double precision. */
const step = 1e-5;

/** A central difference per output, for losses that have no formula here; outputs of a sample may be coupled. */
function difference(loss: OutputSolver): LossGradient {
  return (z, y, r) => {
    const { rows, cols } = r;
    for (let row = 0; row < rows; row++) {
      const own = Float64Array.from(z.data.subarray(row * cols, (row + 1) * cols));
      const wanted = block(1, cols, Float64Array.from(y.data.subarray(row * cols, (row + 1) * cols)));
      const at = block(1, cols, own);
      for (let j = 0; j < cols; j++) {
        const value = own[j]!;
        own[j] = value + step;
        const above = loss.loss(at, wanted);
        own[j] = value - step;
        r.data[row * cols + j] = (above - loss.loss(at, wanted)) / (2 * step);
        own[j] = value;
      }
    }
  };
}

/** The gradient of a loss. */
export const gradientOf = (loss: OutputSolver): LossGradient => known[loss.name] ?? difference(loss);
