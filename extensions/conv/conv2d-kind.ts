import { z } from 'zod';
import type { LayerKind } from '../../core/layer-kind.ts';
import { addConvolution } from './add-convolution.ts';
import type { Padding } from './geometry.ts';
import { extentOf, imageOf, sidesOption, type Sides } from './image-options.ts';

/** Beyond the border, in a run file. */
export const paddingOption: z.ZodType<Padding> = z
  .union([z.enum(['valid', 'same', 'circular']), z.int().min(0)], {
    error: 'must be valid, same, circular, or a number of zeros on every side',
  })
  .default('valid')
  .describe('Beyond the border: valid (nothing), same (zeros), circular, or so many zeros on every side.');

const options: z.ZodType<Conv2dOptions> = z.strictObject({
  filters: z.int().positive().describe('Number of filters: channels of what comes out.'),
  kernel: sidesOption.describe('Size of the kernel, e.g. 5, or [5, 3] for down and across.'),
  stride: sidesOption.default(1).describe('Step of the kernel.'),
  padding: paddingOption,
  activation: z.unknown().optional().describe('Name of an activation, or its pieces.'),
  pool: sidesOption.optional().describe('Max pooling over windows of that size, solved together with the activation.'),
  bias: z.boolean().default(true).describe('Add a bias to every filter, which is exempt from the ridge?'),
  channels: z.enum(['first', 'last']).default('last').describe('Which extent of the layout counts the channels.'),
});

/** Keys of a 2-D convolution in a run file. */
export interface Conv2dOptions {
  /** Number of filters: channels of what comes out. */
  readonly filters: number;
  /** Size of the kernel, e.g. 5, or [5, 3] for down and across. */
  readonly kernel: Sides;
  /** Step of the kernel. Default: 1. */
  readonly stride: Sides;
  /** Beyond the border. Default: `valid`. */
  readonly padding: Padding;
  /** Name of an activation, or its pieces. */
  readonly activation?: unknown;
  /** Max pooling over windows of that size, solved together with the activation. Default: none. */
  readonly pool?: Sides | undefined;
  /** Whether there is a bias, one a filter, exempt from the ridge. Default: what the scheme prefers, else yes. */
  readonly bias: boolean;
  /** Whether the channels come first or last in the layout of what it reads. Default: last; what comes out has them last. */
  readonly channels: 'first' | 'last';
}

/** `kind: conv2d`: one node with a {@link ConvolutionLayer} over images, height x width x channels. */
export const conv2dKind: LayerKind<Conv2dOptions> = {
  kind: 'conv2d',
  options,
  add(graph, place, { kernel, stride, padding, pool, channels, ...rest }, services) {
    const channelsFirst = channels === 'first';
    const image = imageOf(graph, place, channelsFirst);
    const sizes = { image, kernel: extentOf(kernel), stride: extentOf(stride), padding, channelsFirst };
    const node = {
      ...rest,
      activation: rest.activation,
      shape: sizes,
      pool: pool === undefined ? undefined : extentOf(pool),
      layoutOf: (made: typeof image) => [made.height, made.width, made.channels],
    };
    addConvolution(graph, place, node, services);
  },
};
