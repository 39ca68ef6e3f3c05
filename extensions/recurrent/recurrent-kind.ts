import type { LayerKind } from '../../core/layer-kind.ts';
import { addChain } from './chain.ts';
import { recurrentOptions, type RecurrentOptions } from './options.ts';
import { mustBeHidden, stepsOf } from './steps.ts';

/** `kind: recurrent`: an Elman network over the steps of a sequence. */
export const recurrentKind: LayerKind<RecurrentOptions> = {
  kind: 'recurrent',
  options: recurrentOptions,
  add(graph, place, options, services) {
    mustBeHidden(place, 'recurrent');
    const { name } = place;
    const steps = stepsOf(graph, place);
    const every = options.return === 'every';
    const nodes = steps.map((_, step) => (every || step < steps.length - 1 ? `${name}/${step + 1}` : name));
    addChain(graph, { name, steps, nodes }, options, services);
    if (every) graph.compound(name, nodes);
  },
};
