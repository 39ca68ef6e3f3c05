import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import {
  checkOptions,
  reportSweep,
  TaylorSweeper,
  taylor,
  type Advice,
  type Network,
  type Precision,
  type SweepReport,
} from '../../../core/index.ts';
import { augmentedObjective } from '../../support/objective.ts';
import {
  anyNetwork,
  networkOf,
  randomData,
  recurrentNetwork,
  servicesOf,
  type NetworkPlan,
} from '../../support/random-network.ts';

const chain: NetworkPlan = {
  inputs: 2,
  sources: [{ name: 'x', from: 0, size: 2 }],
  nodes: [
    { name: 'hidden', parents: ['x'], inputs: 2, units: 3, bias: true, weights: 'hidden', head: 'relu' },
    { name: 'out', parents: ['hidden'], inputs: 3, units: 1, bias: true, weights: 'out', head: 'hinge' },
  ],
};

function start(plan: NetworkPlan, options: Readonly<Record<string, unknown>>, precision: Precision = 'float64') {
  const network = networkOf(plan, precision);
  const data = randomData(30, plan.inputs, network.graph.targets, 'taylor', precision);
  const sweeper = new TaylorSweeper(network, taylor.options.parse(options), servicesOf(data, 8, 3, precision));
  return { network, sweeper, data };
}

function sweepOnce(sweeper: TaylorSweeper): SweepReport {
  const report = sweeper.sweep();
  if ('outcome' in report) throw new Error(report.detail);
  return report;
}

/** The multipliers of one output, each with its target. */
function multipliers({
  network,
  sweeper,
}: {
  network: Network;
  sweeper: TaylorSweeper;
}): [y: number, lambda: number][] {
  const pairs: [number, number][] = [];
  sweeper.state.forEach(({ y }, state) => {
    for (const { head, index, size } of network.graph.outputs) {
      if (head.loss.name !== 'hinge') continue;
      state.multipliers[index]!.data.forEach((lambda, i) => {
        pairs.push([y.data[Math.floor(i / size) * y.cols + head.targets.from + (i % size)]!, lambda]);
      });
    }
  });
  return pairs;
}

describe('the multiplier', () => {
  const runs = fc.record({
    plan: anyNetwork,
    precision: fc.constantFrom<Precision>('float32', 'float64'),
    multiplierStep: fc.constantFrom('printed', 'exact'),
    order: fc.constantFrom('forward', 'backward'),
    betaOutput: fc.double({ min: -1, max: 1, noNaN: true }).map((exponent) => 10 ** exponent),
    sweeps: fc.integer({ min: 1, max: 6 }),
  });

  it.prop([runs])('of a hinge stays in [0, 1] where y = 1 and in [-1, 0] where y = 0', (run) => {
    const { plan, precision, sweeps, ...options } = run;
    const rounding = precision === 'float32' ? 1e-4 : 1e-12;
    const started = start(plan, { ...options, warmSweeps: 0 }, precision);
    for (let sweep = 0; sweep < sweeps; sweep++) {
      if ('outcome' in started.sweeper.sweep()) return;
      for (const [y, lambda] of multipliers(started)) {
        expect(y === 1 ? lambda : -lambda).toBeGreaterThanOrEqual(-rounding);
        expect(y === 1 ? lambda : -lambda).toBeLessThanOrEqual(1 + rounding);
      }
    }
  });

  it('is left alone in warm sweeps, and moves from the next one on', () => {
    const started = start(chain, { warmSweeps: 2 });
    const moved = (): boolean => multipliers(started).some(([, lambda]) => lambda !== 0);
    sweepOnce(started.sweeper);
    sweepOnce(started.sweeper);
    expect(moved()).toBe(false);
    sweepOnce(started.sweeper);
    expect(moved()).toBe(true);
  });

  it.each([
    ['when there is no end to the warm sweeps', { warmSweeps: Infinity }],
    ['where it makes no step', { warmSweeps: 0, multiplierStep: 'none' }],
  ])('never moves %s', (_, options) => {
    const started = start(chain, options);
    for (let sweep = 0; sweep < 12; sweep++) sweepOnce(started.sweeper);
    expect(multipliers(started).every(([, lambda]) => lambda === 0)).toBe(true);
  });

  it('makes an exact step twice as long as a printed one', () => {
    const steps = (['printed', 'exact'] as const).map((multiplierStep) => {
      const started = start(chain, { warmSweeps: 0, multiplierStep });
      sweepOnce(started.sweeper);
      return multipliers(started).map(([, lambda]) => lambda);
    });
    expect(steps[1]).toEqual(steps[0]!.map((lambda) => 2 * lambda));
  });
});

/** The relaxed outputs that speak for the right class, in plain loops; hinge and squared outputs decide at 0.5 or by the largest. */
function relaxedAccuracy({ network, sweeper }: { network: Network; sweeper: TaylorSweeper }): number {
  const decide = (row: readonly number[]): number =>
    row.length > 1 ? row.indexOf(Math.max(...row)) : row[0]! >= 0.5 ? 1 : 0;
  const right: boolean[] = [];
  sweeper.state.forEach(({ y }, state) => {
    for (const { head, index, size } of network.graph.outputs) {
      for (let row = 0; row < y.rows; row++) {
        const { from } = head.targets;
        const wanted = [...y.data.subarray(row * y.cols + from, row * y.cols + from + size)];
        right.push(decide([...state.z[index]!.data.subarray(row * size, (row + 1) * size)]) === decide(wanted));
      }
    }
  });
  return right.filter(Boolean).length / right.length;
}

describe('the measures of a sweep', () => {
  const given = fc.tuple(fc.oneof(anyNetwork, fc.constant(recurrentNetwork)), fc.integer({ min: 1, max: 4 }));

  it.prop([given])('are the terms of the objective and the accuracy of the relaxed outputs', ([plan, sweeps]) => {
    const started = start(plan, { warmSweeps: 1, beta: 0.5, betaOutput: 2 });
    for (let sweep = 0; sweep < sweeps; sweep++) {
      const report = started.sweeper.sweep();
      if ('outcome' in report) return;
      const { loss, multiplier, linear, activation, relaxedAccuracy: accuracy, ...others } = report.measures!;
      expect(others).toEqual({});
      expect(loss! + multiplier! + linear! + activation!).toBeCloseTo(report.objective, 8);
      expect(Math.min(loss!, linear!, activation!)).toBeGreaterThanOrEqual(0);
      expect(accuracy).toBeCloseTo(relaxedAccuracy(started), 12);
    }
  });

  it('has no accuracy where nobody counted', () => {
    const { network } = start(chain, {});
    const terms = network.graph.nodes.map(() => ({ rows: 2, linear: 2, activation: 1, loss: 3, multiplier: 4 }));
    const report = reportSweep(terms, network.graph, { gamma: 10, beta: 1, betaOutput: 0.5 }, 2, []);
    expect(report).toMatchObject({
      objective: 18.5,
      measures: { loss: 3, multiplier: 4, linear: 1.5, activation: 10 },
    });
    expect(Object.keys((report as SweepReport).measures!)).not.toContain('relaxedAccuracy');
  });
});

describe('the advice', () => {
  const adviceOf = (given: Readonly<Record<string, unknown>>): Advice => start(chain, given).sweeper.advice;

  it('is a lower ratio of the penalties where it is high', () => {
    expect(adviceOf({}).slow).toContain('try `gamma` = `beta`, which now are 10 and 1.');
    expect(adviceOf({ gamma: 1 }).slow).toBeUndefined();
  });

  it('is a feasible start in backward order where the run has neither', () => {
    expect(adviceOf({}).stalled).toContain('`taylor-feasible`');
    expect(adviceOf({ order: 'backward', start: 'feasible' }).stalled).not.toContain('`taylor-feasible`');
  });
});

describe('the start values', () => {
  it.prop([fc.oneof(anyNetwork, fc.constant(recurrentNetwork))])(
    'of a feasible start meet every constraint',
    (plan) => {
      const { network, sweeper } = start(plan, { start: 'feasible' });
      const objective = (penalty: number): number =>
        augmentedObjective(network, sweeper.state, { gamma: penalty, beta: penalty, betaOutput: penalty });
      expect(objective(1e6)).toBeCloseTo(objective(0), 9);
    },
  );

  it('of a feasible start are those of the initialiser, the same for the same seed', () => {
    const weights = [1, 2].map(() => start(chain, { start: 'feasible' }).network.weights);
    expect(weights[0]).toEqual(weights[1]);
    expect(weights[0]!.every((each) => each.some((w) => w !== 0))).toBe(true);
  });

  it('of a Gaussian start leave the weights at zero', () => {
    const { network } = start(chain, {});
    expect(network.weights.every((each) => each.every((w) => w === 0))).toBe(true);
  });
});

describe('the options of taylor', () => {
  it('are the defaults of the paper', () => {
    expect(checkOptions('scheme "taylor"', taylor.options, {})).toEqual({
      gamma: 10,
      beta: 1,
      warmSweeps: 10,
      multiplierStep: 'printed',
      order: 'forward',
      start: 'gaussian',
      initialiser: 'he',
      bias: false,
      ridge: 0,
      growth: 1,
      keepBest: false,
    });
  });

  it('decide whether layers have a bias unless they say otherwise', () => {
    const defaults = (given: object): unknown => taylor.layerDefaults?.(taylor.options.parse(given));
    expect([defaults({}), defaults({ bias: true })]).toEqual([{ bias: false }, { bias: true }]);
  });

  it('name the initialiser', () => {
    const named = (given: object): unknown => taylor.initialiser?.(taylor.options.parse(given));
    expect([named({}), named({ initialiser: 'glorot' })]).toEqual(['he', 'glorot']);
  });

  it.each([
    [{ gamma: 0 }, 'scheme "taylor".gamma: Too small: expected number to be >0.'],
    [{ beta: -1 }, 'scheme "taylor".beta: Too small: expected number to be >0.'],
    [{ betaOutput: NaN }, 'scheme "taylor".betaOutput: Invalid input: expected number, received NaN.'],
    [{ ridge: -0.1 }, 'scheme "taylor".ridge: Too small: expected number to be >=0.'],
    [{ growth: 0 }, 'scheme "taylor".growth: Too small: expected number to be >0.'],
    [{ warmSweeps: -1 }, 'scheme "taylor".warmSweeps: must be a number from 0 up, or .inf.'],
    [{ warmSweeps: NaN }, 'scheme "taylor".warmSweeps: must be a number from 0 up, or .inf.'],
    [{ warmSweeps: 'never' }, 'scheme "taylor".warmSweeps: must be a number from 0 up, or .inf.'],
    [{ gama: 1 }, 'scheme "taylor": unknown key "gama". Did you mean "gamma"? Known: gamma, beta,'],
  ])('refuse %o', (given, message) => {
    expect(() => checkOptions('scheme "taylor"', taylor.options, given)).toThrow(message);
  });

  it('grow all penalties after every sweep', () => {
    const { sweeper } = start(chain, { gamma: 8, beta: 2, betaOutput: 4, growth: 1.5 });
    sweepOnce(sweeper);
    sweepOnce(sweeper);
    expect(sweeper.save().values).toEqual({ gamma: 18, beta: 4.5, betaOutput: 9, sweeps: 2 });
  });
});

describe('a sweep of taylor', () => {
  it('tells of a rank-deficient Gram matrix and how it was solved', () => {
    const twice = { ...chain, sources: [...chain.sources, { name: 'again', from: 0, size: 1 }] };
    const [hidden, out] = chain.nodes;
    const plan = { ...twice, nodes: [{ ...hidden!, parents: ['x', 'again'], inputs: 3 }, out!] };
    const { sweeper } = start(plan, {});
    expect(sweepOnce(sweeper).notes).toEqual([
      expect.stringMatching(/^The Gram matrix of weights "hidden" is rank-deficient: used a (ridge|pseudo-inverse)\.$/),
    ]);
  });

  it('that turns non-finite says in which weights or node, and leaves the weights as they were', () => {
    const { sweeper, network } = start(chain, {});
    sweepOnce(sweeper);
    const before = network.copyWeights();
    sweeper.state.tiles[1]!.z[1]!.data[0] = NaN;
    expect(sweeper.sweep()).toEqual({
      outcome: 'non-finite',
      detail: expect.stringMatching(/^(weights|the terms of node) "(hidden|out)"/) as string,
    });
    expect(network.weights).toEqual(before);
  });
});
