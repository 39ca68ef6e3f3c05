import { fc, it } from '@fast-check/vitest';
import { describe, expect, it as plain } from 'vitest';
import { gelu, lookupTable, silu, softplus, elu, tanh, sigmoid, relu, hardTanh } from '../../../activations/index.ts';
import {
  block,
  catalogue,
  checkOptions,
  createContainer,
  random,
  type ActivationSolver,
  type Network,
  type OutputSolver,
  type Scheme,
} from '../../../core/index.ts';
import { adam } from '../../../experiments/baselines/adam.ts';
import { Backpropagation } from '../../../experiments/baselines/backpropagation.ts';
import { conjugateGradients } from '../../../experiments/baselines/conjugate-gradients.ts';
import { lbfgs } from '../../../experiments/baselines/lbfgs.ts';
import { strongWolfe, type LinePoint } from '../../../experiments/baselines/line-search.ts';
import { gradientOf } from '../../../experiments/baselines/loss-gradients.ts';
import { sgd } from '../../../experiments/baselines/sgd.ts';
import { slopeOf } from '../../../experiments/baselines/slopes.ts';
import { hinge, squared } from '../../../layers/losses/index.ts';
import { defaultModules } from '../../../index.ts';
import { schemeLaws } from '../../laws/index.ts';
import { pythonWithNumpy, runPython } from '../../support/python.ts';
import { anyNetwork, linearAlgebra, networkOf, randomData, servicesOf } from '../../support/random-network.ts';

/** Random weights, biases too, so that no unit lies on a kink. */
function scatter(network: Network, seed: number): void {
  const stream = random(String(seed));
  for (const weights of network.weights) weights.forEach((_, i) => (weights[i] = stream.normal()));
}

/** The summed loss and its gradient, group by group. */
function gradientAt(network: Network, seed: number): { loss: number; gradient: Float64Array } {
  const { inputs, targets } = network.graph;
  const { x, y } = randomData(7, inputs, targets, String(seed)).shard(0, 1, 7).tile(0);
  const back = new Backpropagation(network, linearAlgebra, 7);
  const loss = back.add(x, y);
  const gradient = new Float64Array(back.size);
  back.read(gradient);
  return { loss, gradient };
}

describe('backpropagation', () => {
  it.prop([anyNetwork, fc.nat()], { numRuns: 60 })('equals differences of the loss, on any graph', (plan, seed) => {
    const network = networkOf(plan);
    scatter(network, seed);
    const { gradient } = gradientAt(network, seed);
    let at = 0;
    const step = 1e-6;
    for (const weights of network.weights) {
      for (let i = 0; i < weights.length; i++, at++) {
        const value = weights[i]!;
        weights[i] = value + step;
        const above = gradientAt(network, seed).loss;
        weights[i] = value - step;
        const below = gradientAt(network, seed).loss;
        weights[i] = value;
        const difference = (above - below) / (2 * step);
        // A step across a kink changes the difference by a share of the slope; such draws are few and say nothing.
        const [left, right] = [above - gradientAt(network, seed).loss, gradientAt(network, seed).loss - below];
        fc.pre(Math.abs(left - right) < 1e-3 * step * (1 + Math.abs(difference)));
        expect(Math.abs(difference - gradient[at]!)).toBeLessThan(1e-4 * (1 + Math.abs(difference)));
      }
    }
  });

  const odd: ActivationSolver = lookupTable({ name: 'odd', apply: (z) => Math.sin(z) });
  plain.each([relu, hardTanh, tanh, sigmoid, softplus, elu, gelu, silu, odd].map((one) => [one.name, one] as const))(
    'has the slope of %s',
    (_, activation) => {
      const z = Float64Array.from({ length: 400 }, (_, i) => -4.0013 + 0.02 * i);
      const [above, below, r] = [z.map((value) => value + 1e-6), z.map((value) => value - 1e-6), z.map(() => 1)];
      activation.apply(above, above);
      activation.apply(below, below);
      slopeOf(activation)(z, r);
      r.forEach((slope, i) => expect(slope).toBeCloseTo((above[i]! - below[i]!) / 2e-6, 5));
    },
  );

  const unknown: OutputSolver = { ...squared, name: 'unknown' };
  plain.each([
    ['squared', squared],
    ['hinge', hinge],
    ['a loss without a formula', unknown],
  ])('has the gradient of %s', (_, loss) => {
    const z = block(2, 2, Float64Array.of(0.3, 1.7, -0.2, 0.6));
    const y = block(2, 2, Float64Array.of(1, 1, 0, 0));
    const r = block(2, 2, new Float64Array(4));
    gradientOf(loss)(z, y, r);
    z.data.forEach((value, i) => {
      const at = (moved: number): number =>
        loss.loss(
          block(
            2,
            2,
            z.data.map((old, j) => (j === i ? moved : old)),
          ),
          y,
        );
      expect(r.data[i]).toBeCloseTo((at(value + 1e-6) - at(value - 1e-6)) / 2e-6, 6);
    });
  });
});

describe('the line search', () => {
  const functions: Readonly<Record<string, (t: number) => [number, number]>> = {
    'a parabola': (t) => [(t - 3) ** 2, 2 * (t - 3)],
    'a steep wall': (t) => [Math.exp(4 * t) - 40 * t, 4 * Math.exp(4 * t) - 40],
    waves: (t) => [Math.cos(t) - 0.1 * t, -Math.sin(t) - 0.1],
    'a function with an end': (t) => [t < 2 ? (t - 1.5) ** 2 : NaN, 2 * (t - 1.5)],
  };
  plain.each(Object.entries(functions))('meets the strong Wolfe conditions on %s', (_, phi) => {
    for (const first of [1e-3, 0.1, 1, 5]) {
      for (const curvature of [0.1, 0.9]) {
        const at = (step: number): LinePoint => ({ step, value: phi(step)[0], slope: phi(step)[1] });
        const start = at(0);
        if (start.slope >= 0) continue;
        const found = strongWolfe(at, start, first, { decrease: 1e-4, curvature, evaluations: 40 })!;
        expect(found.value).toBeLessThanOrEqual(start.value + 1e-4 * found.step * start.slope);
        expect(Math.abs(found.slope)).toBeLessThanOrEqual(-curvature * start.slope);
      }
    }
  });

  plain('finds nothing where nothing is lower', () => {
    const at = (step: number): LinePoint => ({ step, value: Math.abs(step), slope: 1 });
    expect(
      strongWolfe(at, { step: 0, value: 0, slope: -1 }, 1, { decrease: 1e-4, curvature: 0.9, evaluations: 9 }),
    ).toBe(undefined);
  });
});

const everything = catalogue(createContainer(...defaultModules));
const baselines = [sgd, adam, lbfgs, conjugateGradients] as Scheme[];

for (const scheme of baselines) {
  describe(`scheme ${scheme.name}`, () => {
    const minibatch = scheme.name === 'sgd' || scheme.name === 'adam';
    schemeLaws(scheme, everything, {
      ...(minibatch && { options: { batch: 12 } }),
      network: {
        layers: [{ kind: 'dense', units: 3, activation: 'tanh' }, { kind: 'dense' }],
        loss: 'squared',
      },
      // Rounding errors grow along a trajectory; a line search turns them into other steps.
      agreement: minibatch ? { float32: 1e-3, float64: 1e-9 } : { float32: 0.1, float64: 1e-5 },
    });
  });
}

/** A linear map with a bias, on fixed random samples: a convex problem. */
const plan = {
  inputs: 3,
  sources: [{ name: 'x', from: 0, size: 3 }],
  nodes: [{ name: 'y', parents: ['x'], inputs: 3, units: 2, bias: true, weights: 'y', head: 'squared' }],
};

/** What a scheme makes of that problem, with what another implementation needs to do the same. */
function solveBy(scheme: Scheme, given: Readonly<Record<string, unknown>>, sweeps: number) {
  const network = networkOf(plan);
  const data = randomData(20, 3, 2, 'convex');
  const sweeper = scheme.start(network, checkOptions('test', scheme.options, given), servicesOf(data, 8));
  const start = Array.from(network.weights[0]!);
  const reports = Array.from({ length: sweeps }, () => sweeper.sweep());
  const { x, y } = data.shard(0, 1, 20).tile(0);
  const problem = { start, x: Array.from(x.data), y: Array.from(y.data), ridge: 0.01 };
  return { problem, weights: Array.from(network.weights[0]!), last: reports.at(-1)! };
}

/** Mean loss with its ridge and its gradient, in numpy. */
const lossInNumpy = `
import numpy, scipy.optimize
x = numpy.c_[numpy.array(data['x']).reshape(20, 3), numpy.ones(20)]
y = numpy.array(data['y']).reshape(20, 2)
def loss(w):
    v = numpy.c_[w[:6].reshape(2, 3), w[6:]]
    e = x @ v.T - y
    g = 2 * e.T @ x / 20
    return (e * e).sum() / 20 + data['ridge'] * w @ w, numpy.r_[g[:, :3].ravel(), g[:, 3]] + 2 * data['ridge'] * w
w = numpy.array(data['start'])
`;

const skip = pythonWithNumpy() === undefined ? 'needs Python with numpy and scipy' : undefined;

describe.skipIf(skip !== undefined)('beside numpy and scipy', () => {
  plain.each([
    ['lbfgs', lbfgs as Scheme, 'L-BFGS-B'],
    ['cg', conjugateGradients as Scheme, 'CG'],
  ])('%s ends where scipy does', (_, scheme, method) => {
    const { problem, weights, last } = solveBy(scheme, { ridge: 0.01 }, 40);
    const found = runPython(
      `${lossInNumpy}
r = scipy.optimize.minimize(loss, w, jac=True, method='${method}', tol=1e-12)
result = [r.fun, *r.x]`,
      problem,
    ) as number[];
    if ('outcome' in last) throw new Error(last.detail);
    expect(last.objective).toBeCloseTo(found[0]!, 10);
    weights.forEach((weight, i) => expect(weight).toBeCloseTo(found[i + 1]!, 5));
  });

  plain('sgd takes the steps of heavy-ball momentum', () => {
    const { problem, weights } = solveBy(sgd, { ridge: 0.01, batch: 20, rate: 0.03, momentum: 0.8 }, 12);
    const found = runPython(
      `${lossInNumpy}
v = 0 * w
for _ in range(12):
    v = 0.8 * v + loss(w)[1]
    w = w - 0.03 * v
result = list(w)`,
      problem,
    ) as number[];
    weights.forEach((weight, i) => expect(weight).toBeCloseTo(found[i]!, 10));
  });

  plain('adam takes the steps of the paper', () => {
    const { problem, weights } = solveBy(adam, { ridge: 0.01, batch: 20, rate: 0.03 }, 12);
    const found = runPython(
      `${lossInNumpy}
m, s = 0 * w, 0 * w
for t in range(1, 13):
    g = loss(w)[1]
    m, s = 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g * g
    w = w - 0.03 * (m / (1 - 0.9 ** t)) / (numpy.sqrt(s / (1 - 0.999 ** t)) + 1e-8)
result = list(w)`,
      problem,
    ) as number[];
    weights.forEach((weight, i) => expect(weight).toBeCloseTo(found[i]!, 10));
  });
});
