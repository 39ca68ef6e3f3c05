import type { GraphBuilder } from '../../core/graph-builder.ts';
import type { LayerKindServices } from '../../core/layer-kind.ts';
import type { RecurrentOptions } from './options.ts';
import { StateLayer } from './state-layer.ts';
import { featuresOf, type Steps } from './steps.ts';

/** A chain to be unrolled. */
export interface Chain {
  /** Of its weights. */
  readonly name: string;
  /** What it reads, in the order in which it reads it. */
  readonly steps: Steps;
  /** What its nodes are called, in the same order. */
  readonly nodes: readonly string[];
}

/**
 * An Elman network (Elman 1990) as a chain of tied nodes, $a_t = h(U x_t + V a_{t-1} + b)$: each step reads its part of the
 * sequence and the node before. The first one reads a state of zeros.
 */
export function addChain(
  graph: GraphBuilder,
  { name, steps, nodes }: Chain,
  { units, activation = 'relu', ...options }: RecurrentOptions,
  services: LayerKindServices,
): void {
  const states = steps.length > 1 ? units : 0;
  const layer = new StateLayer(featuresOf(graph, steps[0]!), states, units, options, services);
  const solver = services.activation(activation);
  steps.forEach((parents, step) => {
    const before = nodes[step - 1];
    const presence = graph.presenceOf(parents);
    const spec = { name: nodes[step]!, weights: name, presence, layer, activation: solver };
    if (before === undefined) graph.node({ ...spec, parents, vacant: states });
    else graph.node({ ...spec, parents: [...parents, before] });
  });
}
