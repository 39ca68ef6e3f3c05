import type { ActivationSolver } from './activation-solver.ts';
import type { Catalogue } from './container.ts';
import type { DataSource } from './data-source.ts';
import { GraphBuilder } from './graph-builder.ts';
import type { LayerServices } from './layer-solver.ts';
import { Network } from './network.ts';
import { checkOptions, knownKeys } from './options.ts';
import type { OutputSolver } from './output-solver.ts';
import type { NetworkConfiguration } from './run-configuration.ts';

/** Name under which layers read the data. */
const inputName = 'input';

/** Sizes that a network takes from the data. */
export type DataShape = Pick<DataSource, 'shape' | 'targets' | 'ragged'>;

/** What a network is built with. */
export interface BuildServices extends LayerServices {
  /** Layer kinds by name. */
  readonly layers: Catalogue['layers'];
  /** A loss by its registered name. */
  loss(name: string): OutputSolver;
  /** An activation by its registered name, or from what a run file says instead of a name. */
  activation(spec: unknown): ActivationSolver;
}

/**
 * The network with names, parents and a scheme's layer defaults written out: together with the data's shape, all that is
 * needed to build the same network again.
 *
 * @param defaults - Layer options that apply to every layer kind that knows them, unless the layer says otherwise.
 */
export function resolveNetwork(
  { layers, loss }: NetworkConfiguration,
  defaults: Readonly<Record<string, unknown>>,
  kinds: Catalogue['layers'],
): NetworkConfiguration {
  let before = inputName;
  const resolved = layers.map((layer, index) => {
    const known = knownKeys(kinds.get(layer.kind).options);
    const applicable = Object.entries(defaults).filter(([key]) => known.includes(key));
    const name = layer.name ?? `${layer.kind}-${index + 1}`;
    const from = layer.from ?? before;
    before = name;
    return { ...Object.fromEntries(applicable), ...layer, name, from };
  });
  return { layers: resolved, loss };
}

/** Builds a resolved network; the last layer is the output, as wide as the targets. Weights are zero. */
export function buildNetwork(resolved: NetworkConfiguration, data: DataShape, services: BuildServices): Network {
  const inputs = data.shape.reduce((size, extent) => size * extent, 1);
  const graph = new GraphBuilder(inputs).source(inputName, data.shape, 0, data.ragged);
  const loss = services.loss(resolved.loss);
  resolved.layers.forEach(({ kind: kindName, name, from, ...given }, index) => {
    const kind = services.layers.get(kindName);
    const options = checkOptions(`network.layers[${index}] (${name})`, kind.options, given);
    const isLast = index === resolved.layers.length - 1;
    const place = { name: name!, from: typeof from === 'string' ? [from] : from! };
    kind.add(graph, isLast ? { ...place, output: { units: data.targets, loss } } : place, options, services);
  });
  return new Network(graph.build(), services.precision);
}
