import type { PatchMover, PatchShape } from '../../core/accelerator.ts';
import { zeros, type Precision } from '../../core/block.ts';

/** Moves patches by plain loops: where there are no faster kernels, and what those are held against. */
export function plainMover(shape: PatchShape, precision: Precision): PatchMover {
  const { lines, line, pitch, step, across, room } = shape;
  const image = zeros(precision, shape.image);
  const patches = zeros(precision, room * lines * line);
  return {
    image,
    patches,
    unfold(from, to) {
      let next = to * lines * line;
      for (let x = 0, first = from; x < across; x++, first += step) {
        for (let k = 0, at = first; k < lines; k++, at += pitch) {
          for (let i = 0; i < line; i++, next++) patches[next] = image[at + i]!;
        }
      }
    },
    fold(from, to) {
      let next = to * lines * line;
      for (let x = 0, first = from; x < across; x++, first += step) {
        for (let k = 0, at = first; k < lines; k++, at += pitch) {
          for (let i = 0; i < line; i++, next++) image[at + i]! += patches[next]!;
        }
      }
    },
  };
}
