import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import {
  block,
  Evaluator,
  nested,
  random,
  residentData,
  serialConsensus,
  type DataSource,
  type NestedOptions,
  type Network,
  type SweepReport,
  type Sweeper,
} from '../../../../core/index.ts';
import {
  anyNetwork,
  linearAlgebra,
  networkOf,
  randomData,
  recurrentNetwork,
  servicesOf,
  type NetworkPlan,
} from '../../../support/random-network.ts';

const problems = fc.record({
  plan: fc.oneof({ weight: 7, arbitrary: anyNetwork }, { weight: 1, arbitrary: fc.constant(recurrentNetwork) }),
  samples: fc.integer({ min: 2, max: 40 }),
  tileRows: fc.integer({ min: 1, max: 40 }),
  subsample: fc.integer({ min: 1, max: 60 }),
  gamma: fc.constantFrom(0.1, 1, 10),
  seed: fc.nat(),
});

type Problem = typeof problems extends fc.Arbitrary<infer T> ? T : never;

interface Started {
  readonly network: Network;
  readonly data: DataSource;
  readonly sweeper: Sweeper;
}

/** What the scheme can do without. */
type Parts = Partial<Pick<NestedOptions, 'momentum' | 'refit'>>;

function start({ plan, samples, tileRows, seed, ...options }: Problem & Parts, given?: DataSource): Started {
  const network = networkOf(plan);
  const data = given ?? randomData(samples, plan.inputs, network.graph.targets, `data/${seed}`);
  const services = servicesOf(data, Math.min(tileRows, samples), seed);
  return { network, data, sweeper: nested.start(network, nested.options.parse(options), services) };
}

function sweep({ sweeper }: Started): SweepReport {
  const report = sweeper.sweep();
  if ('outcome' in report) throw new Error(report.detail);
  return report;
}

const isLeastSquares = ({ nodes }: NetworkPlan): boolean => nodes.every(({ head }) => head !== 'hinge');

describe('the nested scheme', () => {
  it.prop([problems, fc.boolean(), fc.boolean()])('never raises its objective', (problem, momentum, refit) => {
    const started = start({ ...problem, momentum, refit });
    let before = Infinity;
    for (let sweeps = 0; sweeps < 5; sweeps++) {
      const { objective, measures } = sweep(started);
      expect(objective).toBeLessThanOrEqual(before * (1 + 1e-9) + 1e-12);
      if (!momentum) expect(measures!['momentum']).toBe(0);
      before = objective;
    }
  });

  it.prop([problems.filter(({ plan }) => isLeastSquares(plan))])(
    'has the loss of the deployed network as its objective, but for a small ridge',
    (problem) => {
      const started = start(problem);
      const { objective, measures } = sweep(started);
      const shard = started.data.shard(0, 1, problem.samples);
      const { loss } = new Evaluator(started.network, shard, linearAlgebra, serialConsensus).score();
      expect(objective).toBeGreaterThanOrEqual(loss - 1e-9 * (1 + loss));
      if (measures!['ridgeOutput']! <= 1e-5) expect(objective).toBeCloseTo(loss, 1);
    },
  );

  it.prop([problems])('stays where every target is met', (problem) => {
    const { targets } = networkOf(problem.plan).graph;
    const plan = {
      ...problem.plan,
      nodes: problem.plan.nodes.map((node) => ({ ...node, head: node.head === 'hinge' ? 'squared' : node.head })),
    };
    const { samples } = problem;
    const stream = random(`met/${problem.seed}`);
    const x = new Float64Array(samples * plan.inputs).map(() => stream.normal());
    const data = residentData(
      'met',
      block(samples, plan.inputs, x),
      block(samples, targets, new Float64Array(samples * targets)),
    );
    const started = start({ ...problem, plan }, data);
    const { objective } = sweep(started);
    const weights = started.network.copyWeights();
    expect(objective).toBe(0);
    sweep(started);
    started.network.weights.forEach((found, group) => expect(Array.from(found)).toEqual(Array.from(weights[group]!)));
  });

  // Every sample comes with a target and its opposite: the outputs that fit best are zero, and miss all of them.
  it.prop([problems.filter(({ samples, plan }) => samples % 2 === 0 && isLeastSquares(plan))])(
    'stays at a stationary point where no target is met',
    (problem) => {
      const { samples, plan } = problem;
      const { targets } = networkOf(plan).graph;
      const stream = random(`opposite/${problem.seed}`);
      const x = new Float64Array(samples * plan.inputs);
      const y = new Float64Array(samples * targets);
      const fill = (data: Float64Array, width: number, sign: number): void => {
        for (let i = 0; i < data.length; i++) {
          const isTwin = Math.floor(i / width) % 2 === 1;
          data[i] = isTwin ? sign * data[i - width]! : stream.normal();
        }
      };
      fill(x, plan.inputs, 1);
      fill(y, targets, -1);
      const data = residentData('opposite', block(samples, plan.inputs, x), block(samples, targets, y));
      const started = start({ ...problem, subsample: samples }, data);
      const before = started.network.copyWeights();
      const first = started.sweeper.sweep();
      if ('outcome' in first) throw new Error(first.detail);
      const { groups } = started.network.graph;
      for (const { index, members } of groups) {
        if (members.every(({ head }) => head.kind === 'output')) continue;
        started.network.weights[index]!.forEach((value, i) => expect(value).toBeCloseTo(before[index]![i]!, 6));
      }
      expect(sweep(started).objective).toBeCloseTo(first.objective, 9);
    },
  );

  it('says what to try with the settings it has', () => {
    const [problem] = fc.sample(problems, { numRuns: 1, seed: 1 });
    const { advice } = start(problem!).sweeper;
    expect(advice!.stalled).toContain('chunk: 500');
    expect(advice!.overfitting).toContain('`scheme.ridgeOutput` (now auto');
    expect(advice!.damped).toContain(`\`scheme.subsample\` (now ${problem!.subsample})`);
  });

  it('learns what no linear model can', () => {
    const samples = 400;
    const stream = random('circle');
    const x = new Float64Array(2 * samples).map(() => stream.normal());
    const y = new Float64Array(samples).map((_, i) => Number(x[2 * i]! ** 2 + x[2 * i + 1]! ** 2 < 1.2));
    const plan: NetworkPlan = {
      inputs: 2,
      sources: [{ name: 'x', from: 0, size: 2 }],
      nodes: [
        { name: 'h', parents: ['x'], inputs: 2, units: 24, bias: true, weights: 'h', head: 'relu' },
        { name: 'y', parents: ['h'], inputs: 24, units: 1, bias: true, weights: 'y', head: 'squared' },
      ],
    };
    const data = residentData('circle', block(samples, 2, x), block(samples, 1, y));
    const started = start({ plan, samples, tileRows: 100, subsample: 200, gamma: 1, seed: 1 }, data);
    for (let sweeps = 0; sweeps < 30; sweeps++) sweep(started);
    const { accuracy } = new Evaluator(started.network, data.shard(0, 1, 100), linearAlgebra, serialConsensus).score();
    expect(accuracy).toBeGreaterThan(0.97);
  });
});
