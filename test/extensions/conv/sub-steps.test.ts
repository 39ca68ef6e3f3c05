import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { identity, relu, tanh } from '../../../activations/index.ts';
import { GraphBuilder, Network, noSums, taylor, TaylorSweeper, type LayerServices } from '../../../core/index.ts';
import {
  AveragePoolLayer,
  ConvolutionLayer,
  geometryOf,
  MaxPool,
  type Padding,
} from '../../../extensions/conv/index.ts';
import { squared } from '../../../layers/losses/index.ts';
import { SumLayer } from '../../../layers/sum.ts';
import { augmentedObjective } from '../../support/objective.ts';
import { dense, linearAlgebra, randomData, servicesOf } from '../../support/random-network.ts';

const services: LayerServices = { linearAlgebra, precision: 'float64' };
const image = { height: 6, width: 6, channels: 1 };
const two = { height: 2, width: 2 };

/** A stem with pooling within it, a residual block of convolutions, and pooling by means and apart from any map. */
function networkOf(padding: Padding): Network {
  const stem = geometryOf({ image, kernel: { height: 3, width: 3 }, stride: { height: 1, width: 1 }, padding: 'same' });
  const pooling = new MaxPool({ ...stem.outputs, channels: 2 }, { height: 1, width: 2 }, relu);
  const inner = geometryOf({ image: pooling.pooled, kernel: two, stride: { height: 1, width: 1 }, padding });
  const last = new MaxPool({ height: 3, width: 1, channels: 2 }, { height: 3, width: 1 });
  const convolution = (geometry: typeof stem): ConvolutionLayer =>
    new ConvolutionLayer(geometry, { filters: 2, bias: true }, services);
  const graph = new GraphBuilder(36)
    .source('x', [6, 6, 1])
    .node({ name: 'stem', parents: ['x'], layer: convolution(stem), activation: pooling })
    .node({ name: 'branch', parents: ['stem'], layer: convolution(inner), activation: tanh })
    .node({ name: 'sum', parents: ['branch', 'stem'], layer: new SumLayer(2, 36), activation: identity })
    .node({ name: 'means', parents: ['sum'], layer: new AveragePoolLayer(pooling.pooled, two), activation: relu })
    .node({ name: 'most', parents: ['means'], layer: new SumLayer(1, 6), activation: last })
    .node({ name: 'out', parents: ['most'], layer: dense(2, 2, true), loss: squared });
  return new Network(graph.build(), 'float64');
}

const weight = fc.double({ min: -1, max: 1, noNaN: true }).map((exponent) => 10 ** exponent);

describe('every sub-step of taylor on a convolutional network', () => {
  it.prop(
    [
      fc.record({ gamma: weight, beta: weight, betaOutput: weight }),
      fc.constantFrom<Padding>('same', 'circular'),
      fc.constantFrom('forward' as const, 'backward' as const),
      fc.constantFrom('gaussian' as const, 'feasible' as const),
      fc.nat(),
    ],
    { numRuns: 40 },
  )('lowers the augmented objective', (penalties, padding, order, start, seed) => {
    const network = networkOf(padding);
    const data = randomData(9, 36, 2, `data/${seed}`);
    const options = taylor.options.parse({ ...penalties, order, start, multiplierStep: 'none' });
    const sweeper = new TaylorSweeper(network, options, servicesOf(data, 4, seed));
    const sums = network.graph.nodes.map(noSums);
    let before = augmentedObjective(network, sweeper.state, penalties);
    for (const step of [...sweeper.schedule.steps, ...sweeper.schedule.steps]) {
      if (step.kind === 'weights') expect(sweeper.solveWeights(step, [])).toBeUndefined();
      else sweeper.updateNode(step, sums);
      const after = augmentedObjective(network, sweeper.state, penalties);
      expect(after).toBeLessThanOrEqual(before * (1 + 1e-9) + 1e-9);
      before = after;
    }
  });
});
