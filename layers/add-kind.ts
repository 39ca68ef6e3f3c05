import { z } from 'zod';
import { must } from '../core/errors.ts';
import { extentOf } from '../core/handed-on.ts';
import type { LayerKind } from '../core/layer-kind.ts';
import { mustBeHidden } from './hidden-place.ts';
import { SumLayer } from './sum.ts';

const options: z.ZodType<AddOptions> = z.strictObject({
  activation: z.unknown().default('identity').describe('Name of an activation, or its pieces. Default: identity.'),
});

/** Keys of a sum in a run file. */
export interface AddOptions {
  /** Name of an activation, or its pieces. Default: identity. */
  readonly activation?: unknown;
}

/** `kind: add`: one node whose $z$ is the sum of the nodes in `from`, all of one layout: what closes a residual block. */
export const addKind: LayerKind<AddOptions> = {
  kind: 'add',
  options,
  add(graph, place, { activation }, services) {
    mustBeHidden(place, addKind.kind);
    const shapes = place.from.map((name) => graph.shapeOf([name]));
    const [first = 0, ...others] = shapes.map(extentOf);
    const other = others.findIndex((size) => size !== first) + 1;
    must(other === 0, () => {
      const [one, two] = [place.from[0]!, place.from[other]!];
      return `Layer "${place.name}" adds "${one}", which has ${first} features, and "${two}", which has ${extentOf(shapes[other]!)}: give both one size.`;
    });
    graph.node({
      name: place.name,
      parents: place.from,
      layer: new SumLayer(shapes.length, first),
      shape: shapes[0]!,
      activation: services.activation(activation),
    });
  },
};
