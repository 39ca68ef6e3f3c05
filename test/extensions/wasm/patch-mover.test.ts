import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import type { PatchMover, PatchShape } from '../../../core/accelerator.ts';
import { plainMover } from '../../../extensions/conv/index.ts';
import { bestBuild, elementKernels, type Build } from '../../../extensions/wasm/index.ts';
import { normalBlock, precisions } from '../../laws/blocks.ts';

const builds: readonly Build[] = bestBuild() === 'relaxed-simd' ? ['simd', 'relaxed-simd'] : ['simd'];
const few = fc.integer({ min: 1, max: 7 });

/** Some rows of outputs, and images that they fit into exactly. */
const shapes = fc
  .record({ lines: few, line: few, step: few, across: few, rows: few, spare: few })
  .map(({ lines, line, step, across, rows, spare }) => {
    const pitch = (across - 1) * step + line + spare;
    const shape: PatchShape = { image: (lines + rows) * pitch, pitch, lines, line, step, across, room: rows * across };
    return { shape, rows };
  });

/** All rows of outputs there and back; the image, then the patches, then the sums. */
function moved(mover: PatchMover, { pitch, across }: PatchShape, rows: number, seed: number): number[][] {
  const { length } = mover.image;
  mover.image.set(
    normalBlock(String(seed), 1, length, mover.image instanceof Float32Array ? 'float32' : 'float64').data,
  );
  for (let row = 0; row < rows; row++) mover.unfold(row * pitch, row * across);
  const patches = [...mover.patches];
  for (let row = 0; row < rows; row++) mover.fold(row * pitch, row * across);
  return [patches, [...mover.image], [...mover.patches]];
}

describe.each(builds)('patches moved by %s kernels', (build) => {
  const kernels = elementKernels(build);

  it.prop([shapes, fc.constantFrom(...precisions), fc.nat()])(
    'are those of the plain loops to the bit, and nothing beside them is written',
    ({ shape, rows }, precision, seed) => {
      const mover = kernels.patches(shape, precision)!;
      const behind = kernels.allocate(precision, 16)!;
      behind.fill(7);
      expect(moved(mover, shape, rows, seed)).toEqual(moved(plainMover(shape, precision), shape, rows, seed));
      expect(behind.every((value) => value === 7)).toBe(true);
    },
  );

  it('come with none where the memory is full', () => {
    const huge: PatchShape = { image: 2 ** 29, pitch: 1, lines: 1, line: 1, step: 1, across: 1, room: 2 ** 29 };
    expect(kernels.patches(huge, 'float64')).toBeUndefined();
  });
});
