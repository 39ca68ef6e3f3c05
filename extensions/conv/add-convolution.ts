import { must } from '../../core/errors.ts';
import type { GraphBuilder } from '../../core/graph-builder.ts';
import type { LayerKindServices, LayerPlace } from '../../core/layer-kind.ts';
import { fastestActivation } from '../../core/resolve.ts';
import { ConvolutionLayer } from './convolution.ts';
import { geometryOf, type ConvolutionShape, type Extent, type Image } from './geometry.ts';
import { MaxPool } from './max-pool.ts';

/** What a convolution of a run file becomes. */
export interface ConvolutionNode {
  /** Sizes. */
  readonly shape: ConvolutionShape;
  /** How many filters. */
  readonly filters: number;
  /** Whether there is a bias. */
  readonly bias: boolean;
  /** Name of an activation, or its pieces. */
  readonly activation: unknown;
  /** Windows of max pooling that is solved together with the activation. */
  readonly pool: Extent | undefined;
  /** How the run file knows an image of that size. */
  readonly layoutOf: (image: Image) => readonly number[];
}

/** Adds the one node of a convolution. */
export function addConvolution(
  graph: GraphBuilder,
  place: LayerPlace,
  { shape, filters, bias, activation, pool, layoutOf }: ConvolutionNode,
  services: LayerKindServices,
): void {
  const { name, from: parents, output } = place;
  must(output === undefined, () => `Layer "${name}" is the last one: end in a dense layer, kind: dense.`);
  must(activation !== undefined, () => `Layer "${name}" needs an \`activation\`, e.g. activation: relu.`);
  const geometry = geometryOf(shape);
  const layer = new ConvolutionLayer(geometry, { filters, bias }, services);
  const image = { ...geometry.outputs, channels: filters };
  const pointwise = services.activation(activation);
  if (pool === undefined) {
    graph.node({ name, parents, layer, shape: layoutOf(image), activation: pointwise });
    return;
  }
  const pooling = new MaxPool(image, pool, pointwise);
  const fastest = fastestActivation(pooling, services.accelerations);
  graph.node({ name, parents, layer, shape: layoutOf(pooling.pooled), activation: fastest });
}
