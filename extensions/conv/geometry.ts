import { must } from '../../core/errors.ts';

/** Extents of an image whose channels lie together: `data[(y * width + x) * channels + channel]`. A sequence has height 1. */
export interface Image {
  /** Rows of pixels. */
  readonly height: number;
  /** Pixels in a row. */
  readonly width: number;
  /** Numbers of a pixel. */
  readonly channels: number;
}

/** Two extents, down and across. */
export interface Extent {
  /** Down. */
  readonly height: number;
  /** Across. */
  readonly width: number;
}

/**
 * What lies beyond the border: `valid`, nothing, so that the kernel stays inside; `same`, zeros, as many as give
 * $\lceil \text{size} / \text{stride} \rceil$ outputs; `circular`, the other side of the image, as many outputs; or a number of zeros
 * on every side.
 */
export type Padding = 'valid' | 'same' | 'circular' | number;

/** What a convolution is made from. */
export interface ConvolutionShape {
  /** What it reads. */
  readonly image: Image;
  /** Size of the kernel. */
  readonly kernel: Extent;
  /** Step of the kernel. */
  readonly stride: Extent;
  /** Beyond the border. */
  readonly padding: Padding;
  /** Whether the channels of the image lie apart instead: `data[(channel * height + y) * width + x]`. Default: no. */
  readonly channelsFirst?: boolean;
}

/** A convolution's shape with everything that follows from it. */
export interface Geometry extends ConvolutionShape {
  /** Number of outputs down and across. */
  readonly outputs: Extent;
  /** What lies beyond the border before the first row and column. */
  readonly before: Extent;
  /** The image with its border, as far as kernels reach. */
  readonly padded: Extent;
  /** Numbers that one output sees: kernel height x kernel width x channels. */
  readonly patch: number;
  /** Numbers of the image. */
  readonly size: number;
}

const sides = ['height', 'width'] as const;

/** Number of outputs, border before the first one, along one side. */
function alongSide(size: number, kernel: number, stride: number, padding: Padding): { count: number; before: number } {
  if (padding === 'valid' || typeof padding === 'number') {
    const before = padding === 'valid' ? 0 : padding;
    return { count: Math.floor((size + 2 * before - kernel) / stride) + 1, before };
  }
  const count = Math.ceil(size / stride);
  return { count, before: Math.floor(Math.max((count - 1) * stride + kernel - size, 0) / 2) };
}

/** @throws UserError where the kernel does not fit. */
export function geometryOf(shape: ConvolutionShape): Geometry {
  const { image, kernel, stride, padding } = shape;
  const [down, across] = sides.map((side) => alongSide(image[side], kernel[side], stride[side], padding));
  const outputs = { height: down!.count, width: across!.count };
  must(outputs.height > 0 && outputs.width > 0, () => {
    return `A kernel of ${kernel.height} x ${kernel.width} does not fit into ${image.height} x ${image.width}: make it smaller, or pad, e.g. padding: same.`;
  });
  must(padding !== 'circular' || sides.every((side) => kernel[side] <= image[side]), () => {
    return `A kernel of ${kernel.height} x ${kernel.width} goes more than once around ${image.height} x ${image.width}: make it smaller.`;
  });
  return {
    ...shape,
    outputs,
    before: { height: down!.before, width: across!.before },
    padded: {
      height: (outputs.height - 1) * stride.height + kernel.height,
      width: (outputs.width - 1) * stride.width + kernel.width,
    },
    patch: kernel.height * kernel.width * image.channels,
    size: image.height * image.width * image.channels,
  };
}

/**
 * Layout of an image after pooling over windows side by side.
 *
 * @throws UserError where not one window fits.
 */
export function mustFitWindow(image: Image, pool: Extent): Image {
  const height = Math.floor(image.height / pool.height);
  const width = Math.floor(image.width / pool.width);
  must(height > 0 && width > 0, () => {
    return `A pool of ${pool.height} x ${pool.width} does not fit into ${image.height} x ${image.width}: make it smaller.`;
  });
  return { height, width, channels: image.channels };
}

/** For every number of the padded image, where in the image it comes from; -1 for zeros. */
export function paddingTable(geometry: Geometry): Int32Array {
  const { image, padded, before, padding, channelsFirst = false } = geometry;
  const { height, width, channels } = image;
  const wraps = padding === 'circular';
  const at = (place: number, size: number): number => {
    if (wraps) return ((place % size) + size) % size;
    return place >= 0 && place < size ? place : -1;
  };
  const table = new Int32Array(padded.height * padded.width * channels).fill(-1);
  let next = 0;
  for (let row = 0; row < padded.height; row++) {
    const y = at(row - before.height, height);
    for (let column = 0; column < padded.width; column++) {
      const x = at(column - before.width, width);
      for (let channel = 0; channel < channels; channel++, next++) {
        if (y < 0 || x < 0) continue;
        table[next] = channelsFirst ? (channel * height + y) * width + x : (y * width + x) * channels + channel;
      }
    }
  }
  return table;
}
