import { z } from 'zod';
import { must } from '../../core/errors.ts';
import type { GraphBuilder } from '../../core/graph.ts';
import type { LayerPlace } from '../../core/layer-kind.ts';
import type { Extent, Image } from './geometry.ts';

/** One extent for both sides, or one for each: down, across. */
export type Sides = number | readonly [number, number];

/** Keys that say how the features that a layer reads are laid out. */
export interface LayoutOptions {
  /** Layout of what it reads. Default: that of the data or of the layer it reads. */
  readonly shape?: readonly number[] | undefined;
}

const size = z.int().positive();

/** One size for both sides, or `[down, across]`. */
export const sidesOption = z.union([size, z.tuple([size, size])], {
  error: 'must be a whole number above 0, or two of them: down, across',
});

/** Layout of what a layer reads, in a run file. */
export const shapeOption = z
  .array(size)
  .min(1)
  .max(3)
  .optional()
  .describe('Layout of what it reads, e.g. [28, 28, 1]. Default: that of the data or of the layer it reads.');

/** Both sides of what may be one number. */
export const extentOf = (sides: Sides): Extent =>
  typeof sides === 'number' ? { height: sides, width: sides } : { height: sides[0], width: sides[1] };

/** The layout that a layer reads: its own option, else that of its only parent. */
function layoutOf(graph: GraphBuilder, { name, from }: LayerPlace, shape: readonly number[] | undefined) {
  const found = graph.shapeOf(from);
  if (shape === undefined) return found;
  const count = (extents: readonly number[]): number => extents.reduce((product, extent) => product * extent, 1);
  must(count(shape) === count(found), () => {
    return `Layer "${name}": shape ${shape.join(' x ')} holds ${count(shape)} numbers, but what it reads has ${count(found)}.`;
  });
  return shape;
}

/**
 * The image that a layer reads: height x width x channels, or height x width with one channel; channels first where it is said.
 *
 * @throws UserError for any other layout.
 */
export function imageOf(
  graph: GraphBuilder,
  place: LayerPlace,
  { shape, channelsFirst = false }: LayoutOptions & { readonly channelsFirst?: boolean },
): Image {
  const layout = layoutOf(graph, place, shape);
  must(layout.length === 2 || layout.length === 3, () => {
    return `Layer "${place.name}" reads images, but what it reads is laid out as ${layout.join(' x ')}: give its \`shape\`, e.g. shape: [28, 28, 1].`;
  });
  const [first, second, third = 1] = layout as [number, number, number?];
  if (channelsFirst && layout.length === 3) return { height: second, width: third, channels: first };
  return { height: first, width: second, channels: third };
}

/**
 * The sequence that a layer reads, length x channels or length with one channel, as an image of height 1.
 *
 * @throws UserError for any other layout.
 */
export function sequenceOf(graph: GraphBuilder, place: LayerPlace, { shape }: LayoutOptions): Image {
  const layout = layoutOf(graph, place, shape);
  must(layout.length <= 2, () => {
    return `Layer "${place.name}" reads sequences, but what it reads is laid out as ${layout.join(' x ')}: use kind: conv2d, or give its \`shape\`, e.g. shape: [100, 3].`;
  });
  const [width, channels = 1] = layout as [number, number?];
  return { height: 1, width, channels };
}
