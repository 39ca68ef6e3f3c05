import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { random, SplitState, type DataSource, type Graph, type TileState } from '../../../core/index.ts';
import { anyNetwork, networkOf, randomData, servicesOf, type NetworkPlan } from '../../support/random-network.ts';

const wide: NetworkPlan = {
  inputs: 1,
  sources: [{ name: 'x', from: 0, size: 1 }],
  nodes: [
    { name: 'hidden', parents: ['x'], inputs: 1, units: 3, bias: false, weights: 'hidden', head: 'relu' },
    { name: 'out', parents: ['hidden'], inputs: 3, units: 2, bias: false, weights: 'out', head: 'hinge' },
  ],
};

/** Start values of `z` of every node, sample by sample, gathered from the shards of some ranks. */
function startValues(graph: Graph, data: DataSource, ranks: number, tileRows: number): number[][] {
  const values: number[][] = graph.nodes.map(() => []);
  for (let rank = 0; rank < ranks; rank++) {
    const services = { ...servicesOf(data, tileRows), shard: data.shard(rank, ranks, tileRows) };
    const state = new SplitState(graph, services);
    state.startGaussian(random('start'), 1);
    for (const tile of state.tiles) tile.z.forEach(({ data: z }, node) => values[node]!.push(...z));
  }
  return values;
}

describe('Gaussian start values', () => {
  const { graph } = networkOf(wide);
  const data = randomData(600, 1, 2, 'start values');
  const whole = startValues(graph, data, 1, 600);

  it.prop([fc.integer({ min: 1, max: 5 }), fc.integer({ min: 20, max: 600 })], { numRuns: 20 })(
    'of a sample depend neither on the number of ranks nor on the tile size',
    (ranks, tileRows) => {
      expect(startValues(graph, data, ranks, tileRows)).toEqual(whole);
    },
  );

  it('are standard normal, and differ from node to node and sample to sample', () => {
    for (const values of whole) {
      const mean = values.reduce((sum, z) => sum + z, 0) / values.length;
      const variance = values.reduce((sum, z) => sum + (z - mean) ** 2, 0) / values.length;
      // Five standard errors of the mean and of the variance.
      expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(values.length));
      expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / values.length));
    }
    expect(new Set(whole.flat()).size).toBe(whole.flat().length);
  });

  it('are as large as the deviation asked for', () => {
    const state = new SplitState(graph, servicesOf(data, 600));
    state.startGaussian(random('start'), 3);
    expect([...state.tiles[0]!.z[1]!.data]).toEqual(whole[1]!.map((z) => 3 * z));
  });
});

describe('the state of a scheme', () => {
  it.prop([anyNetwork, fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 })])(
    'has a and z of hidden nodes, z and multipliers of outputs, for every tile',
    (plan, samples, tileRows) => {
      const { graph } = networkOf(plan);
      const state = new SplitState(
        graph,
        servicesOf(randomData(samples, plan.inputs, graph.targets, 'state'), tileRows),
      );
      let rows = 0;
      state.forEach(({ x, first }, tile) => {
        expect(first).toBe(rows);
        rows += x.rows;
        const width = (kind: keyof TileState): number[] =>
          tile[kind].map(({ rows: height, cols, data }) => {
            expect([height, data.length]).toEqual([x.rows, x.rows * cols]);
            return cols;
          });
        const sizes = (kind?: string): number[] =>
          graph.nodes.map(({ size, head }) => {
            return kind === undefined || head.kind === kind ? size : 0;
          });
        expect([width('z'), width('activations'), width('multipliers')]).toEqual([
          sizes(),
          sizes('hidden'),
          sizes('output'),
        ]);
      });
      expect(rows).toBe(samples);
    },
  );
});
