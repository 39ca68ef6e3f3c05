import { must } from '../core/errors.ts';
import type { LayerPlace } from '../core/layer-kind.ts';

/** Throws where a layer without weights is the last one. */
export function mustBeHidden({ name, output }: LayerPlace, kind: string): void {
  must(output === undefined, () => {
    return `Layer "${name}" is the last one, but kind: ${kind} has no weights to fit the targets: end in a layer that has, e.g. kind: dense.`;
  });
}
