import { z } from 'zod';
import { must } from '../core/errors.ts';
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
    const parents = place.from.map((name) => graph.find(name));
    const [first] = parents;
    const other = parents.find(({ size }) => size !== first!.size);
    must(other === undefined, () => {
      return `Layer "${place.name}" adds "${first!.name}", which has ${first!.size} features, and "${other!.name}", which has ${other!.size}: give both one size.`;
    });
    graph.node({
      name: place.name,
      parents: place.from,
      layer: new SumLayer(parents.length, first!.size),
      shape: first!.shape,
      activation: services.activation(activation),
    });
  },
};
