import { z } from 'zod';
import { must } from '../../core/errors.ts';
import type { LayerKind } from '../../core/layer-kind.ts';
import { addConvolution } from './add-convolution.ts';
import { paddingOption } from './conv2d-kind.ts';
import type { Image, Padding } from './geometry.ts';
import { sequenceOf } from './image-options.ts';

const size = z.int().positive();

const options: z.ZodType<Conv1dOptions> = z.strictObject({
  filters: size.describe('Number of filters: channels of what comes out.'),
  kernel: size.describe('Length of the kernel.'),
  stride: size.default(1).describe('Step of the kernel.'),
  padding: paddingOption,
  activation: z.unknown().optional().describe('Name of an activation, or its pieces.'),
  pool: size.optional().describe('Max pooling over windows of that length, solved together with the activation.'),
  bias: z.boolean().default(true).describe('Add a bias to every filter, which is exempt from the ridge?'),
});

/** Keys of a 1-D convolution in a run file. */
export interface Conv1dOptions {
  /** Number of filters: channels of what comes out. */
  readonly filters: number;
  /** Length of the kernel. */
  readonly kernel: number;
  /** Step of the kernel. Default: 1. */
  readonly stride: number;
  /** Beyond the ends. Default: `valid`. */
  readonly padding: Padding;
  /** Name of an activation, or its pieces. */
  readonly activation?: unknown;
  /** Max pooling over windows of that length, solved together with the activation. Default: none. */
  readonly pool?: number | undefined;
  /** Whether there is a bias, one a filter, exempt from the ridge. Default: what the scheme prefers, else yes. */
  readonly bias: boolean;
}

/** `kind: conv1d`: one node with a {@link ConvolutionLayer} over sequences, length x channels. */
export const conv1dKind: LayerKind<Conv1dOptions> = {
  kind: 'conv1d',
  options,
  add(graph, place, { kernel, stride, padding, pool, ...rest }, services) {
    must(typeof padding !== 'number', () => {
      return `Layer "${place.name}": padding of a 1-D convolution is valid, same or circular, got ${padding}.`;
    });
    const sizes = {
      image: sequenceOf(graph, place),
      kernel: { height: 1, width: kernel },
      stride: { height: 1, width: stride },
      padding,
    };
    const node = {
      ...rest,
      activation: rest.activation,
      shape: sizes,
      pool: pool === undefined ? undefined : { height: 1, width: pool },
      layoutOf: ({ width, channels }: Image) => [width, channels],
    };
    addConvolution(graph, place, node, services);
  },
};
