import type { Block, Real } from '../../../core/block.ts';
import type { Geometry } from '../../../extensions/conv/index.ts';

/** Where a place beyond the border lies: on the other side, or nowhere. */
function inside(place: number, size: number, geometry: Geometry): number | undefined {
  if (geometry.padding === 'circular') return ((place % size) + size) % size;
  return place >= 0 && place < size ? place : undefined;
}

/** One number of an image, counted from the border; zero outside. */
function pixel(image: Real, geometry: Geometry, y: number, x: number, channel: number): number {
  const { height, width, channels } = geometry.image;
  const [down, across] = [inside(y, height, geometry), inside(x, width, geometry)];
  if (down === undefined || across === undefined) return 0;
  const first = geometry.channelsFirst === true;
  return image[first ? (channel * height + down) * width + across : (down * width + across) * channels + channel]!;
}

/** The patch of one output, kernel height x kernel width x channels, straight from the definition. */
export function patchAt(image: Real, geometry: Geometry, row: number, column: number): number[] {
  const { kernel, stride, before, image: extents } = geometry;
  const patch: number[] = [];
  for (let y = 0; y < kernel.height; y++) {
    for (let x = 0; x < kernel.width; x++) {
      for (let channel = 0; channel < extents.channels; channel++) {
        const down = row * stride.height + y - before.height;
        const across = column * stride.width + x - before.width;
        patch.push(pixel(image, geometry, down, across, channel));
      }
    }
  }
  return patch;
}

/** The patches of all samples, every one a row: what the layer never makes. */
export function patchMatrix(a: Block, geometry: Geometry): number[][] {
  const rows: number[][] = [];
  for (let sample = 0; sample < a.rows; sample++) {
    const image = a.data.subarray(sample * a.cols, (sample + 1) * a.cols);
    for (let row = 0; row < geometry.outputs.height; row++) {
      for (let column = 0; column < geometry.outputs.width; column++) rows.push(patchAt(image, geometry, row, column));
    }
  }
  return rows;
}

/** $z$ of a convolution by plain loops. */
export function naiveConvolution(w: Real, a: Block, geometry: Geometry, filters: number, bias: boolean): number[] {
  return patchMatrix(a, geometry).flatMap((patch) =>
    Array.from({ length: filters }, (_, f) => {
      const start = bias ? w[filters * geometry.patch + f]! : 0;
      return patch.reduce((sum, value, k) => sum + value * w[f * geometry.patch + k]!, start);
    }),
  );
}
