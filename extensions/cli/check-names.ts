import type { Catalogue } from '../../core/container.ts';
import { checkPlaced, placed } from './check-placed.ts';
import type { RunFile } from './run-file.ts';

/**
 * Checks what a run names against what is registered, with line and column: scheme, layer kinds, their options, loss and
 * linear algebra.
 */
export function checkNames({ run, place }: RunFile, catalogue: Catalogue): void {
  const { scheme, network, linearAlgebra } = run;
  const { name, ...options } = typeof scheme === 'string' ? { name: scheme } : scheme;
  const namedAt = typeof scheme === 'string' ? ['scheme'] : ['scheme', 'name'];
  const { options: schema } = placed(place(namedAt), () => catalogue.schemes.get(name));
  checkPlaced(`scheme "${name}"`, schema, { value: options, place }, ['scheme']);
  network.layers.forEach(({ kind, name: layerName, from, ...given }, index) => {
    const path = ['network', 'layers', index];
    const { options: known } = placed(place([...path, 'kind']), () => catalogue.layers.get(kind));
    checkPlaced(`layer ${index + 1} (${layerName ?? kind})`, known, { value: given, place }, path);
  });
  placed(place(['network', 'loss']), () => catalogue.losses.get(network.loss));
  if (linearAlgebra !== 'auto') placed(place(['linearAlgebra']), () => catalogue.linearAlgebras.get(linearAlgebra));
}
