import type { Block } from '../block.ts';
import type { ProductForm } from '../linear-algebra.ts';

const shapeOf = ({ rows, cols }: Block): string => `${rows} x ${cols}`;

function mustHold(block: Block, name: string): void {
  if (block.data.length !== block.rows * block.cols) {
    throw new RangeError(`Block ${name} of ${shapeOf(block)} holds ${block.data.length} numbers.`);
  }
}

function mustHaveLength(s: Float64Array, rows: number, cols: number): void {
  if (s.length !== rows * cols) {
    throw new RangeError(`The sums of ${rows} x ${cols} need ${rows * cols} numbers, got ${s.length}.`);
  }
}

/** Throws a `RangeError` with the shapes unless `LinearAlgebra.multiply` can take these arguments. */
export function mustMultiply(a: Block, b: Block, form: ProductForm, c: Block): void {
  mustHold(a, 'a');
  mustHold(b, 'b');
  mustHold(c, 'c');
  const depth = form.transpose ? b.cols : b.rows;
  const cols = form.transpose ? b.rows : b.cols;
  if (a.cols !== depth || c.rows !== a.rows || c.cols !== cols) {
    const b1 = form.transpose ? `transposed ${shapeOf(b)}` : shapeOf(b);
    throw new RangeError(`Cannot multiply ${shapeOf(a)} by ${b1} into ${shapeOf(c)}.`);
  }
  if (c.data === a.data || c.data === b.data) throw new RangeError('A product cannot be written over its own factor.');
}

/** Throws a `RangeError` with the shapes unless `LinearAlgebra.gram` can take these arguments. */
export function mustGram(a: Block, s: Float64Array): void {
  mustHold(a, 'a');
  mustHaveLength(s, a.cols, a.cols);
}

/** Throws a `RangeError` with the shapes unless `LinearAlgebra.cross` can take these arguments. */
export function mustCross(z: Block, a: Block, s: Float64Array): void {
  mustHold(z, 'z');
  mustHold(a, 'a');
  if (z.rows !== a.rows) throw new RangeError(`Cross sums of ${z.rows} samples with ${a.rows}.`);
  mustHaveLength(s, z.cols, a.cols);
}

/** Throws a `RangeError` with the numbers unless `s` is n x n. */
export function mustBeSquare(s: Float64Array, n: number): void {
  mustHaveLength(s, n, n);
}
