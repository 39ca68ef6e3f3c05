import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { nested, random } from '../../../core/index.ts';
import { Directions, type Direction } from '../../../core/schemes/nested/directions.ts';
import { Objective } from '../../../core/schemes/nested/objective.ts';
import { nestedParts } from '../../../core/schemes/nested/parts.ts';
import { Secants } from '../../../core/schemes/nested/secants.ts';
import { solveStep } from '../../../core/schemes/nested/step-model.ts';
import { Subsample } from '../../../core/schemes/nested/subsample.ts';
import { Tangents } from '../../../experiments/nested/tangents.ts';
import { chain } from '../../support/chain.ts';
import { networkOf, randomData, servicesOf } from '../../support/random-network.ts';

/** Both models of the same step, from weights whose biases keep every unit on its side of the kink. */
function modelsOf(units: readonly number[], seed: number, reach: number) {
  const network = networkOf(chain(units, 'leaky'));
  const services = servicesOf(randomData(30, 3, 2, `data/${seed}`), 11, seed);
  const parts = nestedParts(network, nested.options.parse({ ridgeOutput: 0.01 }), services);
  const stream = random(`weights/${seed}`);
  network.graph.groups.forEach(({ layer, index }) => {
    const linear = layer.weights - (layer.biases ?? 0);
    const side = (i: number): number => (i % 2 ? 4 : -4);
    network.weights[index]!.forEach((_, i, w) => (w[i] = i < linear ? 0.1 * stream.normal() : side(i)));
  });
  if (typeof new Objective(parts).evaluate() !== 'number') throw new Error('No objective.');
  const subsample = new Subsample({ wanted: 30, samples: 30, local: 30 }, network.graph, 'float64');
  subsample.draw(random('all'));
  const direction = new Directions(parts).find(subsample);
  if ('outcome' in direction) throw new Error(direction.detail);
  const last: Direction = direction.map((part) => part?.map(() => 0.1 * stream.normal()));
  const [secants, tangents] = [new Secants(parts), new Tangents(parts)].map((modeller) => {
    const model = modeller.model([direction, last], subsample, reach);
    if ('outcome' in model) throw new Error(model.detail);
    return model;
  });
  return { secants: secants!, tangents: tangents! };
}

function mustAgree(found: Float64Array, expected: Float64Array, tolerance: number): void {
  const scale = Math.max(...expected.map(Math.abs));
  expected.forEach((value, i) => expect(Math.abs(found[i]! - value)).toBeLessThanOrEqual(tolerance * scale));
}

describe('secants inside a linear region', () => {
  // The output is linear in the weights of the only hidden layer: however long the secant, it is the tangent.
  it.prop([fc.nat(), fc.constantFrom(1e-2, 1e-3)])(
    'give the curvature of tangents with one hidden layer',
    (seed, reach) => {
      const { secants, tangents } = modelsOf([4], seed, reach);
      mustAgree(secants.curvatures, tangents.curvatures, 1e-8);
    },
  );

  it.prop([fc.nat(), fc.integer({ min: 1, max: 3 })])(
    'give the step of tangents as they get shorter',
    (seed, depth) => {
      const { secants, tangents } = modelsOf([4, 3, 4].slice(0, depth), seed, 1e-6);
      mustAgree(secants.slopes, tangents.slopes, 1e-3);
      mustAgree(secants.curvatures, tangents.curvatures, 1e-3);
      mustAgree(solveStep(secants, 0.1).lengths, solveStep(tangents, 0.1).lengths, 1e-2);
    },
  );
});
