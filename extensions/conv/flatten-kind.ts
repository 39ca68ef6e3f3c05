import { z } from 'zod';
import { must } from '../../core/errors.ts';
import type { LayerKind } from '../../core/layer-kind.ts';
import { mustBeHidden } from '../../layers/hidden-place.ts';

const options: z.ZodType<Record<string, never>> = z.strictObject({});

/**
 * `kind: flatten`: another name for what it reads, laid out as one row of features. It adds no node, for there is nothing to
 * compute or to relax.
 */
export const flattenKind: LayerKind<Record<string, never>> = {
  kind: 'flatten',
  options,
  add(graph, place) {
    mustBeHidden(place, flattenKind.kind);
    const [only, ...others] = place.from;
    must(others.length === 0, () => {
      return `Layer "${place.name}" flattens one layer, but reads ${place.from.join(', ')}: a dense layer joins them itself.`;
    });
    graph.compound(place.name, [only!]);
  },
};
