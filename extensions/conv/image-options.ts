import { z } from 'zod';
import { must } from '../../core/errors.ts';
import type { GraphBuilder } from '../../core/graph-builder.ts';
import type { LayerPlace } from '../../core/layer-kind.ts';
import type { Extent, Image } from './geometry.ts';

/** One extent for both sides, or one for each: down, across. */
export type Sides = number | readonly [number, number];

const size = z.int().positive();

/** One size for both sides, or `[down, across]`. */
export const sidesOption = z.union([size, z.tuple([size, size])], {
  error: 'must be a whole number above 0, or two of them: down, across',
});

/** Both sides of what may be one number. */
export const extentOf = (sides: Sides): Extent =>
  typeof sides === 'number' ? { height: sides, width: sides } : { height: sides[0], width: sides[1] };

/**
 * The image that a layer reads: height x width x channels, or height x width with one channel; channels first where it is said.
 *
 * @throws UserError for any other layout.
 */
export function imageOf(graph: GraphBuilder, place: LayerPlace, channelsFirst = false): Image {
  const layout = graph.shapeOf(place.from);
  must(layout.length === 2 || layout.length === 3, () => {
    return `Layer "${place.name}" reads images, but what it reads is laid out as ${layout.join(' x ')}: give the data a layout, e.g. data.shape=[28,28,1].`;
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
export function sequenceOf(graph: GraphBuilder, place: LayerPlace): Image {
  const layout = graph.shapeOf(place.from);
  must(layout.length <= 2, () => {
    return `Layer "${place.name}" reads sequences, but what it reads is laid out as ${layout.join(' x ')}: use kind: conv2d, or give the data a layout, e.g. data.shape=[100,3].`;
  });
  const [width, channels = 1] = layout as [number, number?];
  return { height: 1, width, channels };
}
