import type { Graph, Node, WeightGroup } from '../graph.ts';

/** Solves the weights of a group from its statistics. */
export interface WeightStep {
  /** Which kind of step. */
  readonly kind: 'weights';
  /** The group to solve. */
  readonly group: WeightGroup;
}

/** One pass over the samples: updates the blocks of a node, then gathers statistics from the tile while it is in cache. */
export interface NodeStep {
  /** Which kind of step. */
  readonly kind: 'node';
  /** The node to update. */
  readonly node: Node;
  /** Nodes whose statistics are complete once this node is updated. */
  readonly gathers: readonly Node[];
}

/** The steps of one sweep. */
export interface Schedule {
  /** In order. */
  readonly steps: readonly (WeightStep | NodeStep)[];
  /** Nodes whose statistics for the first sweep come from the start values, because a later sweep finds them gathered. */
  readonly initial: readonly Node[];
}

type OpenStep = WeightStep | { kind: 'node'; node: Node; gathers: Node[] };

/**
 * Forward: weights, then blocks, from the first node to the last (Algorithm 1). Tied weights go with their first node. Maps
 * without weights have nothing to solve.
 */
function forwardOrder({ nodes }: Graph): OpenStep[] {
  return nodes.flatMap((node): OpenStep[] => {
    const update: OpenStep = { kind: 'node', node, gathers: [] };
    return node.group.members[0] === node && node.layer.weights > 0
      ? [{ kind: 'weights', group: node.group }, update]
      : [update];
  });
}

/** Backward: blocks, then weights, from the last node to the first. Tied weights go with their first node. */
const backwardOrder = (graph: Graph): OpenStep[] => forwardOrder(graph).reverse();

/**
 * Plans a sweep so that every weight solve sees the newest blocks, and every node is gathered exactly once per sweep: in
 * the last pass, before the solve, that changes the node's own `z` or one of its parents' `a`. Where no such pass comes
 * before the solve in a sweep, it is the last one of the sweep before.
 */
export function planSweep(graph: Graph, order: 'forward' | 'backward'): Schedule {
  const steps = order === 'forward' ? forwardOrder(graph) : backwardOrder(graph);
  const initial: Node[] = [];
  const passOf = (node: Node): number => steps.findIndex((step) => step.kind === 'node' && step.node === node);
  steps.forEach((step, position) => {
    if (step.kind !== 'weights') return;
    for (const member of step.group.members) {
      const parents = member.parents.flatMap(({ parent }) => (parent.kind === 'node' ? [parent] : []));
      const passes = [member, ...parents].map(passOf);
      const before = passes.filter((pass) => pass < position);
      if (before.length === 0) initial.push(member);
      const last = Math.max(...(before.length > 0 ? before : passes));
      (steps[last] as { gathers: Node[] }).gathers.push(member);
    }
  });
  return { steps, initial };
}
