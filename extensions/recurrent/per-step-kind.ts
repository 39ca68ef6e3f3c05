import { z } from 'zod';
import { must } from '../../core/errors.ts';
import type { LayerKind, LayerPlace } from '../../core/layer-kind.ts';
import { DenseLayer } from '../../layers/dense.ts';
import { featuresOf, stepsOf } from './steps.ts';

const options: z.ZodType<PerStepOptions> = z.strictObject({
  units: z.int().positive().optional().describe('Outputs per step. The last layer takes them from the data.'),
  activation: z.unknown().optional().describe('Name of an activation, or its pieces. The last layer has none.'),
  bias: z.boolean().default(true).describe('Add a bias, which is exempt from the ridge?'),
});

/** Options of a dense layer per step. */
export interface PerStepOptions {
  /** Outputs per step. The last layer takes them from the data. */
  readonly units?: number | undefined;
  /** Name of an activation, or its pieces. The last layer has none. */
  readonly activation?: unknown;
  /** Whether there is a bias, exempt from the ridge. Default: what the scheme prefers, else yes. */
  readonly bias: boolean;
}

/** Outputs per step: given for a hidden layer, the step's share of the targets for the last one. */
function unitsOf({ name, output }: LayerPlace, { units, activation }: PerStepOptions, steps: number): number {
  if (output === undefined) {
    must(units !== undefined && activation !== undefined, () => {
      return `Layer "${name}" is a hidden layer and needs \`units\` and an \`activation\`, e.g. units: 100, activation: relu.`;
    });
    return units;
  }
  must(units === undefined && activation === undefined, () => {
    return `Layer "${name}" is the last one: leave \`units\` and \`activation\` out, its outputs come from the data.`;
  });
  must(output.units % steps === 0, () => {
    return `Layer "${name}" has an output per step, but ${output.units} targets are not the same number for each of ${steps} steps: put a dense layer behind \`return: last\` for one output per sequence.`;
  });
  return output.units / steps;
}

/** `kind: dense-per-step`: one dense layer for every step of a sequence, with tied weights; as last layer, an output per step. */
export const perStepKind: LayerKind<PerStepOptions> = {
  kind: 'dense-per-step',
  options,
  add(graph, place, given, services) {
    const { name, output } = place;
    const steps = stepsOf(graph, place);
    const units = unitsOf(place, given, steps.length);
    const layer = new DenseLayer(featuresOf(graph, steps[0]!), units, given.bias, services);
    const nodes = steps.map((_, step) => `${name}/${step + 1}`);
    const ends = output === undefined ? { activation: services.activation(given.activation) } : { loss: output.loss };
    steps.forEach((parents, step) => {
      graph.node({ name: nodes[step]!, parents, weights: name, presence: graph.presenceOf(parents), layer, ...ends });
    });
    graph.compound(name, nodes);
  },
};
