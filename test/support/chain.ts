import type { NetworkPlan } from './random-network.ts';

/** Three features, hidden units of one activation in a chain, of which every one reads all of the layer before, and two outputs. */
export const chain = (units: readonly number[], activation: string): NetworkPlan => ({
  inputs: 3,
  sources: [{ name: 'x', from: 0, size: 3 }],
  nodes: [...units, 2].map((size, layer) => ({
    name: `n${layer}`,
    parents: [layer === 0 ? 'x' : `n${layer - 1}`],
    inputs: layer === 0 ? 3 : units[layer - 1]!,
    units: size,
    bias: true,
    weights: `w${layer}`,
    head: layer === units.length ? 'squared' : activation,
  })),
});
