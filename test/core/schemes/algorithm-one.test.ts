import { fc, it } from '@fast-check/vitest';
import { Matrix } from 'ml-matrix';
import { describe, expect } from 'vitest';
import { TaylorSweeper, taylor, type Failure, type Network, type Real, type SweepReport } from '../../../core/index.ts';
import {
  algorithmOneSweep,
  plainHardSigmoid,
  plainRelu,
  type PlainProblem,
  type PlainState,
} from '../../support/algorithm-one.ts';
import { pythonWithNumpy, runPython } from '../../support/python.ts';
import { networkOf, randomData, servicesOf, type NetworkPlan } from '../../support/random-network.ts';

const sweeps = 4;
const weight = fc.double({ min: -1, max: 1, noNaN: true }).map((exponent) => 10 ** exponent);

const chains = fc.record({
  sizes: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 4 }),
  samples: fc.integer({ min: 20, max: 40 }),
  tileRows: fc.integer({ min: 7, max: 40 }),
  seed: fc.nat(),
  activation: fc.constantFrom('relu' as const, 'hard-sigmoid' as const),
  loss: fc.constantFrom('hinge' as const, 'squared' as const),
  bias: fc.boolean(),
  ridge: fc.constantFrom(0, 0, 0.01),
  gamma: fc.oneof(fc.constant(10), weight),
  beta: fc.oneof(fc.constant(1), weight),
  betaOutput: fc.oneof(fc.constant(1), weight),
  warmSweeps: fc.constantFrom(0, 2),
  multiplierStep: fc.constantFrom('printed' as const, 'exact' as const),
});

type Chain = typeof chains extends fc.Arbitrary<infer T> ? T : never;

function planOf({ sizes, activation, loss, bias }: Chain): NetworkPlan {
  const nodes = sizes.slice(1).map((units, l) => ({
    name: `layer ${l + 1}`,
    parents: [l === 0 ? 'x' : `layer ${l}`],
    inputs: sizes[l]!,
    units,
    bias,
    weights: `W ${l + 1}`,
    head: l + 2 === sizes.length ? loss : activation,
  }));
  return { inputs: sizes[0]!, sources: [{ name: 'x', from: 0, size: sizes[0]! }], nodes };
}

/** `taylor` on a chain, and Algorithm 1 on the same samples from the same start values. */
function bothOf(chain: Chain) {
  const { samples, tileRows, seed, sizes, activation, loss, multiplierStep, ...given } = chain;
  const network = networkOf(planOf(chain));
  const data = randomData(samples, sizes[0]!, sizes.at(-1)!, `chain/${seed}`);
  const sweeper = new TaylorSweeper(
    network,
    taylor.options.parse({ ...given, multiplierStep }),
    servicesOf(data, tileRows, seed),
  );
  const { x, y } = data.shard(0, 1, samples).tile(0);
  const rows = (data: Real, cols: number): Matrix => Matrix.from1DArray(samples, cols, Array.from(data)).transpose();
  const problem: PlainProblem = {
    ...given,
    x: rows(x.data, x.cols),
    y: rows(y.data, y.cols),
    activation: activation === 'relu' ? plainRelu : plainHardSigmoid,
    loss,
    step: multiplierStep === 'printed' ? 1 : 2,
  };
  const blocks = (kind: 'activations' | 'z' | 'multipliers', l: number): Matrix =>
    rows(Float64Array.from(sweeper.state.tiles.flatMap((tile) => [...tile[kind][l]!.data])), sizes[l + 1]!);
  const state: PlainState = {
    W: sizes.slice(1).map((units, l) => Matrix.zeros(units, sizes[l]! + (given.bias ? 1 : 0))),
    a: [],
    z: sizes.slice(1).map((_, l) => blocks('z', l)),
    lambda: Matrix.zeros(sizes.at(-1)!, samples),
    condition: 1,
  };
  return { network, sweeper, problem, state, blocks, last: sizes.length - 2 };
}

/** Weights of a layer with the bias as last column, as the plain algorithm has them. */
function weightsOf({ graph, weights }: Network, l: number, bias: boolean): Matrix {
  const { inputs, outputs } = graph.nodes[l]!.layer;
  const w = Array.from(weights[l]!);
  const matrix = Matrix.from1DArray(outputs, inputs, w.slice(0, outputs * inputs));
  return bias ? matrix.addColumn(inputs, w.slice(outputs * inputs)) : matrix;
}

function mustAgree(what: string, found: Matrix, expected: Matrix, tolerance: number): void {
  const scale = 1 + expected.max() - expected.min();
  const difference = Matrix.sub(found, expected).abs().max();
  expect(difference, what).toBeLessThanOrEqual(tolerance * scale);
}

/** Is the answer of both determined to many more digits than are compared? Else a rounding error decides it. */
const isSound = (report: SweepReport | Failure, { condition }: PlainState): boolean =>
  'objective' in report && report.notes.length === 0 && condition < 1e3;

/** Algorithm 1 in numpy: of every chain the weights and multipliers after every sweep. */
const numpyScript = `
import numpy as np

def lowest(candidates, cost):
    best = np.argmin([cost(z) for z in candidates], axis=0)
    return np.choose(best, candidates)

def run(x, y, z, relu, hinge, gamma, beta, betaOutput, bias, ridge, warmSweeps, step, sweeps):
    x, y, z = np.array(x), np.array(y), [np.array(block) for block in z]
    last = len(z) - 1
    h = (lambda v: np.maximum(v, 0)) if relu else (lambda v: np.clip(v, 0, 1))
    ones = lambda a: np.vstack([a, np.ones((1, a.shape[1]))]) if bias else a
    def weights(z, a):
        if ridge == 0:
            return np.linalg.lstsq(ones(a).T, z.T, rcond=None)[0].T
        shift = np.diag([ridge * np.trace(a @ a.T) / len(a)] * len(a) + [0] * bias)
        return np.linalg.solve(ones(a) @ ones(a).T + shift, ones(a) @ z.T).T
    W = [np.zeros((len(block), size + bias)) for block, size in zip(z, [len(x)] + [len(b) for b in z])]
    a = [None] * last
    multiplier = np.zeros_like(z[last])
    history = []
    for sweep in range(sweeps):
        for l in range(last):
            below = a[l - 1] if l > 0 else x
            W[l] = weights(z[l], below)
            b = betaOutput if l + 1 == last else beta
            V = W[l + 1][:, :len(z[l])]
            c = W[l + 1][:, len(z[l]):] if bias else 0
            a[l] = np.linalg.solve(b * V.T @ V + gamma * np.eye(len(z[l])), b * V.T @ (z[l + 1] - c) + gamma * h(z[l]))
            m = W[l] @ ones(below)
            u = (gamma * a[l] + beta * m) / (gamma + beta)
            candidates = [np.maximum(u, 0), np.minimum(m, 0)]
            if not relu:
                candidates = [np.maximum(m, 1), np.clip(u, 0, 1), np.minimum(m, 0)]
            z[l] = lowest(candidates, lambda v: gamma * (a[l] - h(v)) ** 2 + beta * (v - m) ** 2)
        below = a[last - 1] if last > 0 else x
        W[last] = weights(z[last], below)
        m = W[last] @ ones(below)
        if hinge:
            v, half = m - multiplier / (2 * betaOutput), 1 / (2 * betaOutput)
            z[last] = np.where(y == 1, np.maximum(v, np.minimum(1, v + half)), np.minimum(v, np.maximum(0, v - half)))
        else:
            z[last] = (y - multiplier / 2 + betaOutput * m) / (1 + betaOutput)
        if sweep >= warmSweeps:
            multiplier = multiplier + step * betaOutput * (z[last] - m)
        history.append({'W': [w.tolist() for w in W], 'multiplier': multiplier.tolist()})
    return history

result = [run(**chain) for chain in data]
`;

interface NumpySweep {
  readonly W: number[][][];
  readonly multiplier: number[][];
}

/** A problem as numpy reads it, and what `taylor` makes of it; nothing where rounding errors would decide. */
function forNumpy(chain: Chain) {
  const { network, sweeper, problem, state, blocks, last } = bothOf(chain);
  const { x, y, gamma, beta, betaOutput, bias, ridge, warmSweeps, step } = problem;
  const flags = {
    relu: chain.activation === 'relu',
    hinge: chain.loss === 'hinge',
    bias,
    ridge,
    warmSweeps,
    step,
    sweeps,
  };
  const start = { x: x.to2DArray(), y: y.to2DArray(), z: state.z.map((block) => block.to2DArray()) };
  const found: { readonly W: Matrix[]; readonly multiplier: Matrix }[] = [];
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const report = sweeper.sweep();
    algorithmOneSweep(problem, state, sweep);
    if (!isSound(report, state)) return [];
    const W = state.W.map((_, l) => weightsOf(network, l, bias));
    found.push({ W, multiplier: blocks('multipliers', last) });
  }
  return [{ input: { ...start, ...flags, gamma, beta, betaOutput }, found }];
}

describe('taylor', () => {
  it.prop([chains])('has the iterates of Algorithm 1, sweep by sweep', (chain) => {
    const { network, sweeper, problem, state, blocks, last } = bothOf(chain);
    for (let sweep = 0; sweep < sweeps; sweep++) {
      const report = sweeper.sweep();
      algorithmOneSweep(problem, state, sweep);
      fc.pre(isSound(report, state));
      state.W.forEach((expected, l) => {
        mustAgree(`W ${l + 1}`, weightsOf(network, l, chain.bias), expected, 1e-9);
        mustAgree(`z ${l + 1}`, blocks('z', l), state.z[l]!, 1e-9);
        if (l < last) mustAgree(`a ${l + 1}`, blocks('activations', l), state.a[l]!, 1e-9);
      });
      mustAgree('lambda', blocks('multipliers', last), state.lambda, 1e-9);
    }
  });

  it.skipIf(pythonWithNumpy() === undefined)('has the iterates of Algorithm 1 in numpy', () => {
    const runs = fc.sample(chains, 60).flatMap(forNumpy);
    const expected = runPython(
      numpyScript,
      runs.map(({ input }) => input),
    ) as NumpySweep[][];
    expect(expected.length).toBeGreaterThan(10);
    runs.forEach(({ input, found }, run) => {
      found.forEach(({ W, multiplier }, sweep) => {
        const wanted = expected[run]![sweep]!;
        const where = `sweep ${sweep + 1} of ${JSON.stringify(input)}`;
        W.forEach((weights, l) => mustAgree(`W ${l + 1}, ${where}`, weights, new Matrix(wanted.W[l]!), 1e-9));
        mustAgree(`lambda, ${where}`, multiplier, new Matrix(wanted.multiplier), 1e-9);
      });
    });
  });
});
