import { z } from 'zod';
import type { GraphBuilder } from '../../core/graph-builder.ts';
import type { LayerKind, LayerPlace } from '../../core/layer-kind.ts';
import { fastestActivation } from '../../core/resolve.ts';
import { mustBeHidden } from '../../layers/hidden-place.ts';
import { SumLayer } from '../../layers/sum.ts';
import { AveragePoolLayer } from './average-pool.ts';
import type { Extent, Image } from './geometry.ts';
import { extentOf, imageOf, sequenceOf, sidesOption, type Sides } from './image-options.ts';
import { MaxPool } from './max-pool.ts';

const options: z.ZodType<PoolOptions> = z.strictObject({
  size: sidesOption.default(2).describe('Size of the windows, e.g. 2, or [2, 3] for down and across.'),
});

/** Keys of a pooling layer in a run file. */
export interface PoolOptions {
  /** Size of the windows, which lie side by side. Default: 2. */
  readonly size: Sides;
}

/** What a pooling layer reads, the windows over it, and how the run file knows what comes out. */
interface Pooling {
  readonly image: Image;
  readonly pool: Extent;
  readonly layoutOf: (image: Image) => readonly number[];
}

/** Sequences (length x channels) are pooled along their length alone. */
function poolingOf(graph: GraphBuilder, place: LayerPlace, { size }: PoolOptions): Pooling {
  const sequence = graph.shapeOf(place.from).length === 2 && typeof size === 'number';
  if (!sequence) {
    const image = imageOf(graph, place);
    return { image, pool: extentOf(size), layoutOf: (made) => [made.height, made.width, made.channels] };
  }
  const image = sequenceOf(graph, place);
  return { image, pool: { height: 1, width: size }, layoutOf: (made) => [made.width, made.channels] };
}

/** `kind: max-pool`: one node that takes what it reads as it is, with {@link MaxPool} for an activation. */
export const maxPoolKind: LayerKind<PoolOptions> = {
  kind: 'max-pool',
  options,
  add(graph, place, given, services) {
    mustBeHidden(place, maxPoolKind.kind);
    const { image, pool, layoutOf } = poolingOf(graph, place, given);
    const pooling = new MaxPool(image, pool);
    const layer = new SumLayer(1, pooling.widths.z);
    const activation = fastestActivation(pooling, services.accelerations);
    graph.node({ name: place.name, parents: place.from, layer, shape: layoutOf(pooling.pooled), activation });
  },
};

/** `kind: average-pool`: one node with an {@link AveragePoolLayer}, and no activation. */
export const averagePoolKind: LayerKind<PoolOptions> = {
  kind: 'average-pool',
  options,
  add(graph, place, given, services) {
    mustBeHidden(place, averagePoolKind.kind);
    const { image, pool, layoutOf } = poolingOf(graph, place, given);
    const layer = new AveragePoolLayer(image, pool);
    const activation = services.activation('identity');
    graph.node({ name: place.name, parents: place.from, layer, shape: layoutOf(layer.pooled), activation });
  },
};
