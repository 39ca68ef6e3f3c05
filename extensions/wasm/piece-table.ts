import { largestBelow, smallestFrom } from '../../activations/representable.ts';
import type { Piece } from '../../core/activation-solver.ts';
import type { Precision } from '../../core/block.ts';
import type { Penalty } from '../../core/penalty.ts';

/** Numbers of a piece in a table: see `assembly/elements.ts`. */
export const entryLength = 6;

/** The pieces that hold a number of that precision, flat. {@link weighPieces} fills in what depends on the penalty. */
export const pieceTable = (pieces: readonly Piece[], precision: Precision): Float64Array =>
  Float64Array.from(
    pieces.flatMap(({ from, to, slope, offset }) => {
      const [first, last] = [smallestFrom(from, precision), largestBelow(to, precision)];
      return first <= last ? [first, last, slope, offset, 0, 0] : [];
    }),
  );

/** Rewrites the factors of a and m in the free minimum of every piece. */
export function weighPieces({ gamma, beta }: Penalty, table: Float64Array): void {
  for (let at = 0; at < table.length; at += entryLength) {
    const slope = table[at + 2]!;
    const curvature = gamma * slope * slope + beta;
    table[at + 4] = (gamma * slope) / curvature;
    table[at + 5] = beta / curvature;
  }
}
