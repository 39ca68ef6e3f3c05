import { must } from '../../core/errors.ts';
import type { GraphBuilder } from '../../core/graph-builder.ts';
import type { LayerPlace } from '../../core/layer-kind.ts';

/** What a layer reads at every step: names of sources, nodes or compounds. */
export type Steps = readonly (readonly string[])[];

/** The steps of the sequences that a layer reads; of several sequences, each step takes its part of all. */
export function stepsOf(graph: GraphBuilder, { name, from }: LayerPlace): Steps {
  const sequences = from.map((parent) => {
    const steps = graph.steps(parent);
    must(steps !== undefined, () => {
      const shape = graph.shapeOf([parent]).join(' x ');
      return `Layer "${name}" reads "${parent}" (${shape}), which is no sequence: give \`data.shape\`, e.g. [28, 28] for steps x features, or \`return: every\` to the recurrent layer before.`;
    });
    return steps;
  });
  const lengths = sequences.map((steps) => steps.length);
  must(new Set(lengths).size === 1, () => {
    return `Layer "${name}" reads sequences of different lengths: ${from.map((parent, i) => `"${parent}" has ${lengths[i]} steps`).join(', ')}.`;
  });
  return sequences[0]!.map((_, step) => sequences.map((steps) => steps[step]!));
}

/** How many features a step has. */
export const featuresOf = (graph: GraphBuilder, parents: readonly string[]): number =>
  graph.shapeOf(parents).reduce((size, extent) => size * extent, 1);

/** The last layer of a network ends in a loss, which a chain of states has no place for. */
export function mustBeHidden({ name, output }: LayerPlace, kind: string): void {
  must(output === undefined, () => {
    return `Layer "${name}" is the last one, and a ${kind} layer has no output: put a dense one behind it, or a dense-per-step one for an output per step.`;
  });
}
