import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { activationsModule } from '../../../activations/index.ts';
import { block, type Block } from '../../../core/block.ts';
import { buildNetwork, catalogue, createContainer, resolveNetwork } from '../../../core/index.ts';
import { typedArrays } from '../../../core/linear-algebra/index.ts';
import { ridge } from '../../../core/ridge.ts';
import { GroupStatistics } from '../../../core/schemes/nested/group-statistics.ts';
import { mlMatrix } from '../../../extensions/ml-matrix/index.ts';
import { recurrentModule } from '../../../extensions/recurrent/index.ts';
import { layersModule } from '../../../layers/index.ts';
import { distance, largest, normalBlock } from '../../laws/blocks.ts';

const { layers, activations, losses } = catalogue(createContainer(activationsModule, layersModule, recurrentModule));
const services = {
  layers,
  linearAlgebra: typedArrays(mlMatrix),
  precision: 'float64' as const,
  activation: (name: unknown) => activations.get(String(name)),
  loss: (name: string) => losses.get(name),
};

/** The tied weights of an unrolled chain. */
function tiedGroup(steps: number, features: number, units: number) {
  const network = { layers: [{ kind: 'recurrent', units, bias: true }, { kind: 'dense' }], loss: 'squared' };
  const data = { shape: [steps, features], targets: 1, ragged: false };
  const { graph } = buildNetwork(resolveNetwork(network, {}, layers), data, services);
  return graph.groups.find(({ members }) => members.length === steps)!;
}

const stacked = (blocks: readonly Block[]): Block =>
  block(
    blocks.reduce((rows, each) => rows + each.rows, 0),
    blocks[0]!.cols,
    Float64Array.from(blocks.flatMap(({ data }) => [...data])),
  );

const small = fc.integer({ min: 1, max: 4 });

describe('the statistics of tied weights', () => {
  it.prop([fc.integer({ min: 2, max: 6 }), small, small, fc.integer({ min: 1, max: 9 }), fc.nat()])(
    'are the sum over steps: the weights fit all steps as if each were a sample of its own',
    (steps, features, units, samples, seed) => {
      const group = tiedGroup(steps, features, units);
      const { layer } = group;
      const range = Array.from({ length: steps }, (_, step) => step);
      const inputs = range.map((step) => normalBlock(`${seed}a${step}`, samples, layer.inputs, 'float64'));
      const targets = range.map((step) => normalBlock(`${seed}z${step}`, samples, layer.outputs, 'float64'));
      const options = { regulariser: ridge(0.1), precision: 'float64' as const };

      const tied = new GroupStatistics(group, false, options);
      for (const step of range) {
        tied.addInputs(inputs[step]!);
        tied.addTargets(inputs[step]!, targets[step]!, step);
      }
      tied.weighTargets(range.map(() => 1));

      const alone = new Float64Array(layer.statistics);
      layer.gatherInputs(stacked(inputs), alone);
      layer.gatherTargets(stacked(inputs), stacked(targets), alone);
      const found = Float64Array.from([...tied.inputs, ...tied.targets]);
      expect(distance(found, alone)).toBeLessThanOrEqual(1e-12 * (1 + largest(alone)));
    },
  );
});
