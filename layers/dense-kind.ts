import { z } from 'zod';
import { must } from '../core/errors.ts';
import type { LayerKind, LayerPlace } from '../core/layer-kind.ts';
import { DenseLayer } from './dense.ts';

const options: z.ZodType<DenseOptions> = z.strictObject({
  units: z.int().positive().optional().describe('Outputs. The last layer takes them from the data.'),
  activation: z.unknown().optional().describe('Name of an activation, or its pieces. The last layer has none.'),
  bias: z.boolean().default(true).describe('Add a bias, which is exempt from the ridge?'),
});

/** Keys of a dense layer in a run file. */
export interface DenseOptions {
  /** Outputs. The last layer takes them from the data. */
  readonly units?: number | undefined;
  /** Name of an activation, or its pieces. The last layer has none. */
  readonly activation?: unknown;
  /** Whether there is a bias, exempt from the ridge. Default: what the scheme prefers, else yes. */
  readonly bias: boolean;
}

/** Number of outputs: given for a hidden layer, that of the targets for the last one. */
function unitsOf({ name, output }: LayerPlace, { units, activation }: DenseOptions): number {
  if (output === undefined) {
    must(units !== undefined, () => `Layer "${name}" is a hidden dense layer and needs \`units\`, e.g. units: 100.`);
    must(activation !== undefined, () => {
      return `Layer "${name}" is a hidden dense layer and needs an \`activation\`, e.g. activation: relu.`;
    });
    return units;
  }
  must(units === undefined || units === output.units, () => {
    return `Layer "${name}" is the last one and has ${units} units, but the targets have ${output.units}: leave \`units\` out.`;
  });
  must(activation === undefined, () => {
    return `Layer "${name}" is the last one and ends in the loss "${output.loss.name}": leave its \`activation\` out.`;
  });
  return output.units;
}

/** `kind: dense`: one node with a {@link DenseLayer}, and an activation or, on the last layer, the loss. */
export const denseKind: LayerKind<DenseOptions> = {
  kind: 'dense',
  options,
  add(graph, place, given, services) {
    const units = unitsOf(place, given);
    const inputs = graph.shapeOf(place.from).reduce((size, extent) => size * extent, 1);
    const layer = new DenseLayer(inputs, units, given.bias, services);
    const node = { name: place.name, parents: place.from, layer, shape: [units] };
    if (place.output === undefined) graph.node({ ...node, activation: services.activation(given.activation) });
    else graph.node({ ...node, loss: place.output.loss });
  },
};
