import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import {
  block,
  catalogue,
  createContainer,
  Evaluator,
  nested,
  random,
  residentData,
  serialConsensus,
  type DataSource,
  type Network,
  type Shard,
  type SweepReport,
  type Sweeper,
} from '../../../../core/index.ts';
import { LossGuard } from '../../../../core/schemes/nested/loss-guard.ts';
import { defaultModules } from '../../../../index.ts';
import { fleeting } from '../../../support/fleeting-shard.ts';
import { schemeLaws } from '../../../laws/scheme.ts';
import {
  anyNetwork,
  linearAlgebra,
  networkOf,
  randomData,
  recurrentNetwork,
  servicesOf,
  type NetworkPlan,
} from '../../../support/random-network.ts';

const everything = catalogue(createContainer(...defaultModules));

/** Every chunk adds its own rounding errors. */
const agreement = { float32: 1e-3, float64: 1e-9 };

describe('the streaming form of the nested scheme', () => {
  schemeLaws(nested, everything, { options: { chunk: 20 }, agreement });
});

describe('the streaming form with the squared loss', () => {
  const layers = [{ kind: 'dense', units: 3, activation: 'relu' }, { kind: 'dense' }];
  schemeLaws(nested, everything, {
    options: { chunk: 12, ridge: 0.1 },
    network: { layers, loss: 'squared' },
    agreement,
  });
});

describe('the guard', () => {
  it('calls losses that fall good, a little more than their mean doubtful, and a leap or NaN divergence', () => {
    const guard = new LossGuard();
    expect([1, 0.9, 1.1, 1.9, NaN, Infinity, 2.5, 0.5].map((loss) => guard.judge(loss))).toEqual([
      'good',
      'good',
      'doubtful',
      'doubtful',
      'diverging',
      'diverging',
      'diverging',
      'good',
    ]);
  });

  it('notices losses that creep up without a leap', () => {
    const guard = new LossGuard();
    const losses = Array.from({ length: 100 }, (_, i) => 1.03 ** Math.max(0, i - 20));
    const found = losses.findIndex((loss) => guard.judge(loss) === 'diverging');
    expect(found).toBeGreaterThan(20);
    expect(losses[found]).toBeLessThan(4);
  });

  it('learns nothing from what it calls divergence', () => {
    const guard = new LossGuard();
    guard.judge(1);
    const { memory } = guard;
    guard.judge(100);
    expect(guard.memory).toEqual(memory);
  });
});

interface Started {
  readonly network: Network;
  readonly data: DataSource;
  readonly sweeper: Sweeper;
}

function start(plan: NetworkPlan, data: DataSource, options: object, shard?: (given: Shard) => Shard): Started {
  const network = networkOf(plan);
  const services = servicesOf(data, 16, 7);
  const given = { ...services, shard: shard?.(services.shard) ?? services.shard };
  return { network, data, sweeper: nested.start(network, nested.options.parse(options), given) };
}

function sweep({ sweeper }: Started): SweepReport {
  const report = sweeper.sweep();
  if ('outcome' in report) throw new Error(report.detail);
  return report;
}

const loss = ({ network, data }: Started): number =>
  new Evaluator(network, data.shard(0, 1, 16), linearAlgebra, serialConsensus).score().loss;

const small: NetworkPlan = {
  inputs: 3,
  sources: [{ name: 'x', from: 0, size: 3 }],
  nodes: [
    { name: 'h', parents: ['x'], inputs: 3, units: 8, bias: true, weights: 'h', head: 'relu' },
    { name: 'y', parents: ['h'], inputs: 8, units: 1, bias: true, weights: 'y', head: 'squared' },
  ],
};

/** The product of two features: no line fits it. */
function product(samples: number, seed = 0): DataSource {
  const stream = random(`product/${seed}`);
  const x = Float64Array.from({ length: 3 * samples }, () => stream.normal());
  const y = Float64Array.from({ length: samples }, (_, i) => (x[3 * i]! * x[3 * i + 1]! > 0 ? 1 : 0));
  return residentData('product', block(samples, 3, x), block(samples, 1, y));
}

describe('a streaming run', () => {
  it('learns from tiles that are overwritten by the next one, in memory or from disk', () => {
    const data = product(2000);
    for (const streamed of [false, true]) {
      const started = start(small, data, { chunk: 50 }, (shard) => ({ ...fleeting(shard), streamed }));
      for (let i = 0; i < 4; i++) sweep(started);
      expect(loss(started)).toBeLessThan(0.15);
    }
  });

  it.prop({
    plan: fc.oneof({ weight: 7, arbitrary: anyNetwork }, { weight: 1, arbitrary: fc.constant(recurrentNetwork) }),
    samples: fc.integer({ min: 2, max: 40 }),
    chunk: fc.integer({ min: 1, max: 40 }),
    step: fc.constantFrom(0.1, 0.4, 4),
    seed: fc.nat(),
  })('ends in weights with a finite loss, on any network', ({ plan, samples, seed, ...options }) => {
    const targets = networkOf(plan).graph.targets;
    const started = start(plan, randomData(samples, plan.inputs, targets, `data/${seed}`), options);
    const report = started.sweeper.sweep();
    if (!('outcome' in report)) expect(Number.isFinite(report.objective)).toBe(true);
    expect(Number.isFinite(loss(started))).toBe(true);
  });

  it('learns more in a few sweeps than the full batch', () => {
    const [full, stream] = [{}, { chunk: 50 }].map((options) => start(small, product(2000), options));
    for (let i = 0; i < 4; i++) [full!, stream!].forEach(sweep);
    expect(loss(stream!)).toBeLessThan(loss(full!));
  });

  it('deploys outputs that are the least-squares fit to all samples', () => {
    const started = start(small, product(300), { chunk: 50, ridgeOutput: 0 });
    sweep(started);
    const best = loss(started);
    const weights = started.network.weights[1]!;
    for (let i = 0; i < weights.length; i++) {
      for (const change of [-1e-3, 1e-3]) {
        weights[i]! += change;
        expect(loss(started)).toBeGreaterThan(best - 1e-6);
        weights[i]! -= change;
      }
    }
  });

  it('recovers from steps that are far too long, shortens them, and says so', () => {
    const started = start(small, product(600), { chunk: 20, step: 300 });
    const reports = [sweep(started), sweep(started)];
    const { measures, notes } = reports[0]!;
    expect(measures!['recoveries']).toBeGreaterThan(0);
    expect(measures!['shortened']).toBe(0.5 ** measures!['recoveries']!);
    expect(notes).toEqual([
      expect.stringMatching(/^Chunk \d+: the loss rose to .*; went back to the last good state and halved the step\.$/),
    ]);
    expect(loss(started)).toBeLessThan(0.25);
  });

  it.prop({
    seed: fc.nat(),
    chunk: fc.constantFrom(10, 20),
    step: fc.constantFrom(1, 4, 20, 50),
  })('never deploys what is worse than the best by more than a hundredth', ({ seed, ...options }) => {
    const started = start(small, product(300, seed), options);
    let lowest = Infinity;
    for (let i = 0; i < 10; i++) {
      const report = started.sweeper.sweep();
      if ('outcome' in report) return;
      expect(report.objective).toBeLessThanOrEqual(1.01 * lowest);
      lowest = Math.min(lowest, report.objective);
    }
  });

  it('goes back where the objective rises, with half the step, and says so', () => {
    const rose =
      /^The objective rose from its lowest, [\d.]+, to [\d.]+; went back to where the sweep began and halved/;
    let found = 0;
    for (let seed = 0; seed < 8; seed++) {
      const started = start(small, product(300, seed), { chunk: 20, step: 50 });
      let before = sweep(started);
      for (let i = 0; i < 15; i++) {
        const weights = started.network.copyWeights();
        const report = sweep(started);
        if (report.notes.some((note) => rose.test(note))) {
          found++;
          expect(report.objective).toBe(before.objective);
          expect(report.measures!['shortened']).toBeLessThanOrEqual(before.measures!['shortened']! / 2);
          expect(started.network.copyWeights()).toEqual(weights);
        }
        before = report;
      }
    }
    expect(found).toBeGreaterThan(0);
  });

  it('recovers from a chunk that is not finite, and goes on', () => {
    let reads = 0;
    let first = 0;
    const poison = (shard: Shard): Shard => ({
      ...shard,
      tile(index) {
        const tile = shard.tile(index);
        // The first fit reads ten chunks, and every chunk asks for the first tile once or twice; then some rows of one chunk.
        if (index === 0) first++;
        if (first <= 25 || ++reads > 3) return tile;
        const { rows, cols, data } = tile.x;
        return { ...tile, x: block(rows, cols, data.slice().fill(NaN)) };
      },
    });
    const started = start(small, product(600), { chunk: 20 }, poison);
    const { measures, notes } = sweep(started);
    expect(measures).toMatchObject({ recoveries: 1, shortened: 0.5 });
    expect(notes[0]).toMatch(/^Chunk \d+: the loss of a chunk is NaN; went back/);
    expect(loss(started)).toBeLessThan(0.25);
    expect(sweep(started).notes).toEqual([]);
  });

  it('fails where no chunk is finite any more, and says at which it gave up', () => {
    let poisoned = false;
    const poison = (shard: Shard): Shard => ({
      ...shard,
      tile(index) {
        const tile = shard.tile(index);
        return poisoned ? { ...tile, x: block(tile.x.rows, tile.x.cols, tile.x.data.slice().fill(NaN)) } : tile;
      },
    });
    const started = start(small, product(600), { chunk: 20 }, poison);
    sweep(started);
    poisoned = true;
    expect(started.sweeper.sweep()).toEqual({
      outcome: 'non-finite',
      detail: '13 recoveries in one sweep, the last at chunk 13: the loss of a chunk is NaN',
    });
  });
});
