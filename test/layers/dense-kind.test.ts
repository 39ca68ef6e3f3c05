import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ActivationSolver } from '../../core/activation-solver.ts';
import { UserError } from '../../core/errors.ts';
import { GraphBuilder } from '../../core/graph-builder.ts';
import type { LayerPlace } from '../../core/layer-kind.ts';
import { typedArrays } from '../../core/linear-algebra/index.ts';
import { checkOptions } from '../../core/options.ts';
import { mlMatrix } from '../../extensions/ml-matrix/index.ts';
import { denseKind, squared } from '../../layers/index.ts';

const activation: ActivationSolver = { name: 'mine', gap: 0, apply: () => undefined, solve: () => undefined };
const asked: unknown[] = [];
const services = {
  linearAlgebra: typedArrays(mlMatrix),
  precision: 'float32',
  activation: (spec: unknown) => {
    asked.push(spec);
    return activation;
  },
} as const;

const hidden: LayerPlace = { name: 'middle', from: ['input'] };
const last: LayerPlace = { name: 'end', from: ['middle'], output: { units: 2, loss: squared } };

function add(graph: GraphBuilder, place: LayerPlace, given: unknown): void {
  denseKind.add(graph, place, checkOptions('layer', denseKind.options, given), services);
}

const start = (): GraphBuilder => new GraphBuilder(12).source('input', [3, 2, 2]);

describe('the layer kind dense', () => {
  it('adds one node with units of its own and the activation that was named', () => {
    const graph = start();
    add(graph, hidden, { units: 5, activation: { pieces: [] } });
    add(graph, last, {});
    const { nodes } = graph.build();
    expect(nodes.map(({ name, shape }) => [name, shape])).toEqual([
      ['middle', [5]],
      ['end', [2]],
    ]);
    expect(nodes.map(({ layer }) => [layer.inputs, layer.outputs, layer.weights])).toEqual([
      [12, 5, 65],
      [5, 2, 12],
    ]);
    expect(nodes[0]!.head).toEqual({ kind: 'hidden', activation });
    expect(nodes[1]!.head).toMatchObject({ kind: 'output', loss: squared });
    expect(asked).toEqual([{ pieces: [] }]);
  });

  it('leaves the bias out on request', () => {
    const graph = start();
    add(graph, { ...last, from: ['input'] }, { units: 2, bias: false });
    expect(graph.build().nodes[0]!.layer.weights).toBe(24);
  });

  it('joins several parents', () => {
    const graph = start();
    add(graph, hidden, { units: 5, activation: 'mine' });
    add(graph, { ...last, from: ['middle', 'input'] }, {});
    expect(graph.build().nodes[1]!.layer.inputs).toBe(17);
  });

  it.each<[LayerPlace, object, string]>([
    [hidden, { activation: 'relu' }, 'Layer "middle" is a hidden dense layer and needs `units`, e.g. units: 100.'],
    [hidden, { units: 5 }, 'Layer "middle" is a hidden dense layer and needs an `activation`, e.g. activation: relu.'],
    [
      { ...last, from: ['input'] },
      { units: 10 },
      'Layer "end" is the last one and has 10 units, but the targets have 2: leave `units` out.',
    ],
    [
      { ...last, from: ['input'] },
      { activation: 'relu' },
      'Layer "end" is the last one and ends in the loss "squared": leave its `activation` out.',
    ],
    [hidden, { units: 0, activation: 'relu' }, 'layer.units: '],
    [hidden, { units: 2.5, activation: 'relu' }, 'layer.units: '],
    [hidden, { unit: 5, activation: 'relu' }, 'Did you mean "units"?'],
  ])('refuses %j with %j in one line', (place, given, message) => {
    const refused = (): void => add(start(), place, given);
    expect(refused).toThrow(UserError);
    expect(refused).toThrow(message);
  });

  it('describes every key for editors', () => {
    const { properties } = z.toJSONSchema(denseKind.options, { io: 'input' }) as { properties: object };
    expect(Object.keys(properties)).toEqual(['units', 'activation', 'bias']);
    for (const property of Object.values(properties)) expect(property).toHaveProperty('description');
  });
});
