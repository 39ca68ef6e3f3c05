import type { PatchMover, PatchShape } from '../../core/accelerator.ts';
import type { Precision } from '../../core/block.ts';
import type { ElementMemory } from './element-memory.ts';
import type { Kernels } from './load.ts';
import { sizeOf } from './scratch.ts';

/** Numbers behind the patches that the last vector of a copy may overwrite. */
const slack = 4;

/** Image and patches in the memory of the kernels; `undefined` where that is full. */
export function patchMover(
  { image, pitch, lines, line, step, across, room }: PatchShape,
  precision: Precision,
  kernels: Kernels,
  memory: ElementMemory,
): PatchMover | undefined {
  const own = memory.allocate(precision, image);
  const patches = memory.allocate(precision, room * lines * line + slack);
  if (own === undefined || patches === undefined) return undefined;
  const { unfold, fold } = kernels[precision];
  const size = sizeOf(precision);
  const patchBytes = lines * line * size;
  const address = (from: number): number => own.byteOffset + from * size;
  const place = (to: number): number => patches.byteOffset + to * patchBytes;
  return {
    image: own,
    patches: patches.subarray(0, room * lines * line),
    unfold: (from, to) => unfold(address(from), pitch * size, step * size, lines, line * size, across, place(to)),
    fold: (from, to) => fold(address(from), pitch * size, step * size, lines, line * size, across, place(to)),
  };
}
