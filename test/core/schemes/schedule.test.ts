import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { planSweep, type Graph, type Node } from '../../../core/index.ts';
import { anyNetwork, networkOf, recurrentNetwork } from '../../support/random-network.ts';

const plans = fc.oneof({ weight: 9, arbitrary: anyNetwork }, { weight: 1, arbitrary: fc.constant(recurrentNetwork) });
const orders = fc.constantFrom('forward' as const, 'backward' as const);

/** How often each block has been updated; what a node's statistics depend on. */
function versionsRead(node: Node, versions: readonly number[]): number[] {
  const parents = node.parents.flatMap(({ parent }) => (parent.kind === 'node' ? [parent] : []));
  return [node, ...parents].map(({ index }) => versions[index]!);
}

/** Plays sweeps with version numbers in place of blocks, and checks every weight solve. */
function play(graph: Graph, order: 'forward' | 'backward', sweeps: number): void {
  const { steps, initial } = planSweep(graph, order);
  const versions = graph.nodes.map(() => 0);
  const gathered = new Map<Node, number[]>();
  const gather = (node: Node): void => {
    expect(gathered.has(node), `statistics of "${node.name}" are gathered once before a solve`).toBe(false);
    gathered.set(node, versionsRead(node, versions));
  };
  initial.forEach(gather);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (const step of steps) {
      if (step.kind === 'node') {
        versions[step.node.index]!++;
        step.gathers.forEach(gather);
      } else {
        for (const member of step.group.members) {
          expect(gathered.get(member), `statistics of "${member.name}"`).toEqual(versionsRead(member, versions));
          gathered.delete(member);
        }
      }
    }
  }
}

describe('a planned sweep', () => {
  it.prop([plans, orders])('solves all weights from the newest blocks, each gathered once', (plan, order) => {
    play(networkOf(plan).graph, order, 3);
  });

  it.prop([plans, orders])(
    'updates every node, solves every weight group and gathers every node once',
    (plan, order) => {
      const { graph } = networkOf(plan);
      const { steps } = planSweep(graph, order);
      const updated = steps.flatMap((step) => (step.kind === 'node' ? [step.node.index] : []));
      const solved = steps.flatMap((step) => (step.kind === 'weights' ? [step.group.index] : []));
      const gathered = steps.flatMap((step) => (step.kind === 'node' ? step.gathers.map(({ index }) => index) : []));
      const all = graph.nodes.map(({ index }) => index);
      expect(updated).toEqual(order === 'forward' ? all : all.slice().reverse());
      expect(solved.sort((a, b) => a - b)).toEqual(graph.groups.map(({ index }) => index));
      expect(gathered.sort((a, b) => a - b)).toEqual(all);
    },
  );

  it('of a chain is Algorithm 1: weights, then blocks, from the first node to the last', () => {
    const node = { inputs: 1, units: 1, bias: false };
    const { graph } = networkOf({
      inputs: 1,
      sources: [{ name: 'x', from: 0, size: 1 }],
      nodes: [
        { ...node, name: 'a', parents: ['x'], weights: 'a', head: 'relu' },
        { ...node, name: 'b', parents: ['a'], weights: 'b', head: 'relu' },
        { ...node, name: 'c', parents: ['b'], weights: 'c', head: 'hinge' },
      ],
    });
    const spelled = (order: 'forward' | 'backward'): string[] =>
      planSweep(graph, order).steps.map((step) => {
        if (step.kind === 'weights') return `W ${step.group.name}`;
        return `${step.node.name}, gather ${step.gathers.map(({ name }) => name).join(' ') || 'nothing'}`;
      });
    // The statistics of the first weights are gathered at the end, for the sweep that follows.
    expect(spelled('forward')).toEqual(['W a', 'a, gather a b', 'W b', 'b, gather c', 'W c', 'c, gather nothing']);
    expect(spelled('backward')).toEqual(['c, gather c', 'W c', 'b, gather b', 'W b', 'a, gather a', 'W a']);
  });
});
