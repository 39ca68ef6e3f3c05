import { zeros, type Precision, type Real } from './block.ts';
import { must } from './errors.ts';
import type { Graph, Node } from './graph.ts';

/** The longest array that every runtime holds. */
const longest = 2 ** 31;

/** A graph with its weights: one vector per weight group, all zero at first. */
export class Network {
  /** Nodes and weight groups. */
  readonly graph: Graph;
  /** Of weights and blocks. */
  readonly precision: Precision;
  /** `weights[group.index]`, updated in place. */
  readonly weights: readonly Real[];

  constructor(graph: Graph, precision: Precision) {
    this.graph = graph;
    this.precision = precision;
    for (const { name, layer } of graph.groups) {
      must(Math.max(layer.weights, layer.statistics) <= longest, () => {
        const needed = `${layer.weights} weights and ${layer.statistics} statistics`;
        return `Layer "${name}" (${layer.inputs} -> ${layer.outputs}) needs ${needed}, more than the ${longest} that an array holds: make it narrower.`;
      });
    }
    this.weights = graph.groups.map((group) => zeros(precision, group.layer.weights));
  }

  /** The weight vector of a node. */
  weightsOf(node: Node): Real {
    return this.weights[node.group.index]!;
  }

  /** A copy of all weights. */
  copyWeights(): Real[] {
    return this.weights.map((weights) => weights.slice());
  }

  /** Takes over weights of the same sizes. */
  setWeights(weights: readonly Real[]): void {
    this.weights.forEach((target, group) => target.set(weights[group]!));
  }
}
