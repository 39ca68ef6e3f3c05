import type { GraphBuilder } from '../../core/graph-builder.ts';
import type { LayerKind } from '../../core/layer-kind.ts';
import { addChain } from './chain.ts';
import { recurrentOptions, type RecurrentOptions } from './options.ts';
import { mustBeHidden, stepsOf, type Steps } from './steps.ts';

/**
 * `kind: bidirectional`: two Elman networks over the steps of a sequence, one forwards and one backwards (Schuster and Paliwal
 * 1997). What it hands on is both of their states at every step, or of each the one that has seen the whole sequence.
 */
export const bidirectionalKind: LayerKind<RecurrentOptions> = {
  kind: 'bidirectional',
  options: recurrentOptions,
  add(graph, place, options, services) {
    mustBeHidden(place, 'bidirectional');
    const { name } = place;
    const steps = stepsOf(graph, place);
    const direction = (way: string): Direction => {
      return { name: `${name}/${way}`, nodes: steps.map((_, step) => `${name}/${way}/${step + 1}`) };
    };
    const [forward, backward] = [direction('forward'), direction('backward')];
    addChain(graph, { ...forward, steps }, options, services);
    const reversed = { steps: [...steps].reverse(), nodes: [...backward.nodes].reverse() };
    addChain(graph, { ...backward, ...reversed }, options, services);
    const both = steps.map((_, step) => [forward.nodes[step]!, backward.nodes[step]!]);
    if (options.return === 'last') {
      const whole = wholeState(graph, steps, backward);
      graph.compound(name, [forward.nodes.at(-1)!, whole]);
      return;
    }
    both.forEach((states, step) => graph.compound(`${name}/${step + 1}`, states));
    graph.compound(
      name,
      steps.map((_, step) => `${name}/${step + 1}`),
    );
  },
};

/** The backward state that has seen the whole sequence: that of the first step which the sequence has. */
function wholeState(graph: GraphBuilder, steps: Steps, { name, nodes }: Direction): string {
  if (graph.presenceOf(steps[0]!) === undefined) return nodes[0]!;
  graph.firstOf(`${name}/first`, nodes);
  return `${name}/first`;
}

/** One of the two chains. */
interface Direction {
  readonly name: string;
  readonly nodes: readonly string[];
}
