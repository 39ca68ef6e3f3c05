import { zeros, type Precision, type Real } from './block.ts';
import type { Graph, Node } from './graph.ts';

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
