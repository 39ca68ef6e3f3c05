import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { nested, random, type Real } from '../../../../core/index.ts';
import { Directions } from '../../../../core/schemes/nested/directions.ts';
import { Objective } from '../../../../core/schemes/nested/objective.ts';
import { nestedParts } from '../../../../core/schemes/nested/parts.ts';
import { Secants } from '../../../../core/schemes/nested/secants.ts';
import { solveStep } from '../../../../core/schemes/nested/step-model.ts';
import { Subsample } from '../../../../core/schemes/nested/subsample.ts';
import { chain } from '../../../support/chain.ts';
import { networkOf, randomData, servicesOf } from '../../../support/random-network.ts';

const number = (found: unknown): number => {
  if (typeof found !== 'number') throw new Error(`No objective: ${JSON.stringify(found)}`);
  return found;
};

describe('the model of a step', () => {
  // One hidden layer of leaky units: a secant is a tangent as long as no sample crosses a kink.
  it.prop([fc.nat(), fc.constantFrom(0.001, 0.1)])(
    'has the derivative of the objective as its slope',
    (seed, ridge) => {
      const network = networkOf(chain([4], 'leaky'));
      const data = randomData(30, 3, 2, `slope/${seed}`);
      const services = servicesOf(data, 11, seed);
      const parts = nestedParts(network, nested.options.parse({ ridgeOutput: ridge }), services);
      const stream = random(`weights/${seed}`);
      // Far from the kinks: the units stay on the side where their bias puts them.
      network.weights[0]!.forEach((_, i) => (network.weights[0]![i] = i < 12 ? 0.1 * stream.normal() : i % 2 ? 3 : -3));
      const objective = new Objective(parts);
      number(objective.evaluate());
      const subsample = new Subsample({ wanted: 30, samples: 30, local: 30 }, network.graph, 'float64');
      subsample.draw(random('all'));
      const direction = new Directions(parts).find(subsample);
      if ('outcome' in direction) throw new Error(direction.detail);
      const model = new Secants(parts).model([direction], subsample, 0.01);
      if ('outcome' in model) throw new Error(model.detail);
      const start = network.copyWeights();
      const at = (length: number): number => {
        network.setWeights(start);
        direction.forEach((moved: Real | undefined, group) => {
          const weights = network.weights[group]!;
          if (moved !== undefined) for (let i = 0; i < weights.length; i++) weights[i]! += length * moved[i]!;
        });
        return number(objective.evaluate());
      };
      const small = 1e-4 / Math.max(...direction[0]!.map(Math.abs));
      const derivative = (at(small) - at(-small)) / (2 * small);
      // The secant of the ridge, which is quadratic in the step, is off by part of its length.
      expect((-2 * model.slopes[0]!) / 30).toBeCloseTo(derivative, 3);
      expect(model.slopes[0]).toBeGreaterThan(0);
      expect(model.curvatures[0]).toBeGreaterThan(0);
    },
  );

  it.prop([
    fc.tuple(
      fc.double({ min: 0.01, max: 100, noNaN: true }),
      fc.double({ min: 0.01, max: 100, noNaN: true }),
      fc.double({ min: -0.99, max: 0.99, noNaN: true }),
    ),
    fc.tuple(fc.double({ min: -5, max: 5, noNaN: true }), fc.double({ min: -5, max: 5, noNaN: true })),
  ])('is at its maximum where the step goes, but for the damping', ([first, second, correlation], slopes) => {
    const cross = correlation * Math.sqrt(first * second);
    const model = { slopes: Float64Array.from(slopes), curvatures: Float64Array.of(first, cross, cross, second) };
    const { lengths, gain } = solveStep(model, 0);
    const size = 1e-9 * (1 + Math.abs(slopes[0]) + Math.abs(slopes[1]));
    expect(Math.abs(first * lengths[0]! + cross * lengths[1]! - slopes[0])).toBeLessThan(size * 1e3);
    expect(Math.abs(cross * lengths[0]! + second * lengths[1]! - slopes[1])).toBeLessThan(size * 1e3);
    expect(gain).toBeGreaterThanOrEqual(-1e-9);
    expect(solveStep(model, 1).gain).toBeLessThanOrEqual(gain * (1 + 1e-9) + 1e-12);
  });
});

describe('the subsample', () => {
  it.prop([
    fc.integer({ min: 1, max: 60 }),
    fc.integer({ min: 1, max: 80 }),
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 1, max: 30 }),
    fc.nat(),
  ])('is the same for any number of ranks and any tiles', (samples, wanted, ranks, tileRows, seed) => {
    fc.pre(ranks <= samples);
    const data = randomData(samples, 2, 1, 'subsample');
    const take = (size: number, rows: number): number[] =>
      Array.from({ length: size }, (_, rank) => {
        const shard = data.shard(rank, size, rows);
        const subsample = new Subsample(
          { wanted, samples, local: shard.samples },
          { inputs: 2, targets: 1 },
          'float64',
        );
        subsample.draw(random(String(seed)));
        for (let index = 0; index < shard.tiles; index++) subsample.take(shard.tile(index));
        const taken: number[] = [];
        subsample.forEach(7, (x) => taken.push(...x.data));
        return taken;
      }).flat();
    const whole = take(1, samples);
    expect(whole).toHaveLength(2 * Math.min(wanted, samples));
    expect(take(ranks, tileRows)).toEqual(whole);
    expect(new Set(whole.filter((_, i) => i % 2 === 0)).size).toBe(Math.min(wanted, samples));
  });
});
