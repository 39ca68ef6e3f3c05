import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { relu } from '../../activations/index.ts';
import { block, GraphBuilder, isOutput, nodeInput, TileBuffers } from '../../core/index.ts';
import { hinge } from '../../layers/losses/index.ts';
import { inputOf } from '../support/objective.ts';
import { anyNetwork, dense, linearAlgebra, networkOf, parentNames, randomData } from '../support/random-network.ts';

describe('a graph', () => {
  it.prop([anyNetwork])('is what it was planned to be', (plan) => {
    const { graph } = networkOf(plan);
    expect(graph.inputs).toBe(plan.inputs);
    expect(graph.nodes.map((node) => [node.name, parentNames(node), node.size, node.group.name])).toEqual(
      plan.nodes.map(({ name, parents, units, weights }) => [name, parents, units, weights]),
    );
    expect(
      graph.sources.map(({ name, columns }) => ({ name, from: columns.from, size: columns.to - columns.from })),
    ).toEqual(plan.sources);
  });

  it.prop([anyNetwork])('has no circle: every node comes after what it reads', (plan) => {
    const { nodes } = networkOf(plan).graph;
    nodes.forEach((node, index) => {
      expect(node.index).toBe(index);
      for (const { parent } of node.parents) if (parent.kind === 'node') expect(parent.index).toBeLessThan(index);
    });
  });

  it.prop([anyNetwork])('gives every parent its own columns, side by side', (plan) => {
    for (const { parents, layer } of networkOf(plan).graph.nodes) {
      let width = 0;
      for (const { parent, columns } of parents) {
        expect(columns).toEqual({ from: width, to: width + parent.size });
        width = columns.to;
      }
      expect(width).toBe(layer.inputs);
    }
  });

  it.prop([anyNetwork])('knows the readers of a node as its readers know it', (plan) => {
    const { nodes } = networkOf(plan).graph;
    for (const node of nodes) {
      const expected = nodes.flatMap((reader) =>
        reader.parents.flatMap(({ parent, columns }) => (parent === node ? [{ reader: reader.name, columns }] : [])),
      );
      expect(node.readers.map(({ reader, columns }) => ({ reader: reader.name, columns }))).toEqual(expected);
      expect(node.readers.length > 0).toBe(!isOutput(node));
    }
  });

  it.prop([anyNetwork])('groups nodes by the name of their weights, in order of their first member', (plan) => {
    const { nodes, groups } = networkOf(plan).graph;
    expect(groups.map(({ name }) => name)).toEqual([...new Set(plan.nodes.map(({ weights }) => weights))]);
    groups.forEach(({ members, index }, position) => {
      expect(index).toBe(position);
      expect(members).toEqual(nodes.filter(({ group }) => group.index === position));
    });
  });

  it.prop([anyNetwork])('divides the target rows among the outputs, in order', (plan) => {
    const { outputs, targets } = networkOf(plan).graph;
    let width = 0;
    for (const { head, size } of outputs) {
      expect(head.targets).toEqual({ from: width, to: width + size });
      width = head.targets.to;
    }
    expect(targets).toBe(width);
  });

  it.prop([anyNetwork, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })])(
    'joins the inputs of a node from data and activations',
    (plan, samples, tileRows) => {
      const { graph } = networkOf(plan);
      const data = randomData(samples, plan.inputs, graph.targets, 'joined');
      const shard = data.shard(0, 1, tileRows);
      const buffers = new TileBuffers(linearAlgebra, 'float64', shard);
      const readers = graph.nodes.map((node) => nodeInput(node, plan.inputs, buffers));
      for (let index = 0; index < shard.tiles; index++) {
        const tile = shard.tile(index);
        const { rows } = tile.x;
        const activations = graph.nodes.map(({ size, index: node }) => {
          return block(
            rows,
            size,
            Float64Array.from({ length: rows * size }, (_, i) => 100 * node + i),
          );
        });
        for (const node of graph.nodes) {
          const expected = inputOf(node, tile, { activations, z: [], multipliers: [] });
          expect(readers[node.index]!(tile.x, activations)).toEqual(expected);
        }
      }
    },
  );
});

describe('building a graph', () => {
  const hidden = { activation: relu };
  const output = { loss: hinge };
  const start = (): GraphBuilder => new GraphBuilder(4).source('x');
  const chain = (): GraphBuilder => start().node({ name: 'h', parents: ['x'], layer: dense(4, 3), ...hidden });

  it('finds sources and nodes by name, and says how wide parents are together', () => {
    const builder = chain().source('image', [2, 2]);
    expect(builder.find('h')).toMatchObject({ kind: 'node', name: 'h', size: 3 });
    expect(builder.shapeOf(['image'])).toEqual([2, 2]);
    expect(builder.shapeOf(['image', 'h'])).toEqual([7]);
  });

  it('keeps the layout that a node is given', () => {
    const node = { name: 'map', parents: ['x'], layer: dense(4, 6), shape: [2, 3], ...hidden };
    expect(start().node(node).find('map').shape).toEqual([2, 3]);
  });

  it('refuses a source outside the data rows', () => {
    expect(() => start().source('late', [2, 2], 1)).toThrow('Source "late" takes columns 1 to 5 of rows that have 4.');
    expect(() => start().source('early', [2], -1)).toThrow('Source "early" takes columns -1 to 1 of rows that have 4.');
  });

  it('refuses a name that is taken by a source or a node', () => {
    expect(() => start().source('x')).toThrow('The name "x" is used twice in the network.');
    expect(() => chain().source('h')).toThrow('The name "h" is used twice in the network.');
    const again = { parents: ['x'], layer: dense(4, 3), ...hidden };
    expect(() => chain().node({ name: 'h', ...again })).toThrow('The name "h" is used twice in the network.');
    expect(() => chain().node({ name: 'x', ...again })).toThrow('The name "x" is used twice in the network.');
  });

  it('refuses to read what does not exist yet, and suggests the nearest name', () => {
    const late = { name: 'late', parents: ['hiden'], layer: dense(3, 1), ...output };
    expect(() =>
      start()
        .node({ name: 'hidden', parents: ['x'], layer: dense(4, 3), ...hidden })
        .node(late),
    ).toThrow('Unknown node "hiden". Did you mean "hidden"? Known: x, hidden.');
    expect(() => start().node({ ...late, parents: ['late'] })).toThrow('Unknown node "late". Known: x.');
  });

  it('refuses to read an output', () => {
    const builder = start().node({ name: 'y', parents: ['x'], layer: dense(4, 1), ...output });
    expect(() => builder.node({ name: 'z', parents: ['y'], layer: dense(1, 1), ...output })).toThrow(
      'Node "z" reads "y", which is an output node and has no activation.',
    );
  });

  it('refuses to read the same parent twice', () => {
    const twice = { name: 'y', parents: ['h', 'h'], layer: dense(6, 1), ...output };
    expect(() => chain().node(twice)).toThrow('Node "y" reads one of its parents twice.');
  });

  it('refuses parents that are not as wide together as the layer reads', () => {
    const wide = { name: 'y', parents: ['h', 'x'], layer: dense(6, 1), ...output };
    expect(() => chain().node(wide)).toThrow('Node "y" reads 7 features (h + x), but its layer takes 6.');
  });

  it('refuses a layout that does not hold the outputs of the layer', () => {
    expect(() => start().node({ name: 'map', parents: ['x'], layer: dense(4, 6), shape: [2, 2], ...hidden })).toThrow(
      'Node "map": shape 2 x 2 does not hold the 6 outputs of its layer.',
    );
  });

  it('refuses a node with both an activation and a loss, or with neither', () => {
    const node = { name: 'y', parents: ['x'], layer: dense(4, 1) };
    const message = 'Node "y" needs either an activation (hidden) or a loss (output), and not both.';
    expect(() => start().node(node)).toThrow(message);
    expect(() => start().node({ ...node, ...hidden, ...output })).toThrow(message);
  });

  it('refuses to share weights between layers of different sizes', () => {
    const shared = { parents: ['x'], weights: 'w', ...hidden };
    const builder = (): GraphBuilder => start().node({ name: 'a', layer: dense(4, 3), ...shared });
    expect(() => builder().node({ name: 'b', layer: dense(4, 2), ...shared })).toThrow(
      'Node "b" shares weights "w", but is 4 -> 2 (8 weights) where they are 4 -> 3 (12 weights).',
    );
    expect(() => builder().node({ name: 'b', layer: dense(4, 3, true), ...shared })).toThrow(
      'Node "b" shares weights "w", but is 4 -> 3 (15 weights) where they are 4 -> 3 (12 weights).',
    );
  });

  it('refuses to share weights between layers that only have as many of them', () => {
    const shared = { parents: ['narrow'], weights: 'w', ...hidden };
    const builder = start()
      .source('narrow', [1])
      .node({ name: 'a', layer: dense(1, 2), ...shared });
    expect(() => builder.node({ name: 'b', layer: dense(1, 1, true), ...shared })).toThrow(
      'Node "b" shares weights "w", but is 1 -> 1 (2 weights) where they are 1 -> 2 (2 weights).',
    );
  });

  it('refuses to share weights between hidden and output nodes, whose penalties differ', () => {
    const shared = { parents: ['x'], weights: 'w', layer: dense(4, 1) };
    expect(() =>
      start()
        .node({ name: 'h', ...shared, ...hidden })
        .node({ name: 'y', ...shared, ...output }),
    ).toThrow('Node "y" shares weights "w" with node "h", but one of them is an output and the other is hidden.');
  });

  it('refuses to end without an output, or with a node that nothing reads', () => {
    expect(() => chain().build()).toThrow('The network has no output node: give its last node a loss.');
    expect(() =>
      chain()
        .node({ name: 'y', parents: ['x'], layer: dense(4, 1), ...output })
        .build(),
    ).toThrow('Nothing reads node "h": name it in the `from` of a later node.');
  });
});
