import { describe, expect, it } from 'vitest';
import { block, zeros, type Block, type Precision, type Real } from '../../core/block.ts';
import type { LayerSolver, WeightSolver } from '../../core/layer-solver.ts';
import type { LinearAlgebra } from '../../core/linear-algebra.ts';
import { typedArrays } from '../../core/linear-algebra/index.ts';
import { ridge } from '../../core/ridge.ts';
import { mlMatrix } from '../../extensions/ml-matrix/index.ts';
import { DenseLayer } from '../../layers/index.ts';
import { distance, largest, normalBlock, precisions } from '../laws/blocks.ts';
import { brokenLaws } from '../laws/law.ts';
import { layerLaws, layerLawsFor } from '../laws/layer.ts';
import { pythonWithNumpy, runPython } from '../support/python.ts';

const backends: LinearAlgebra[] = [typedArrays(mlMatrix), mlMatrix];

const make = (inputs: number, outputs: number, bias: boolean, linearAlgebra = backends[0]!): DenseLayer =>
  new DenseLayer(inputs, outputs, bias, { linearAlgebra });

function statisticsOf(layer: LayerSolver, a: Block, z: Block): Float64Array {
  const s = new Float64Array(layer.statistics);
  layer.gatherInputs(a, s);
  layer.gatherTargets(a, z, s);
  return s;
}

function prepare(layer: LayerSolver, s: Float64Array, relative: number, precision: Precision): WeightSolver {
  const solver = layer.prepareWeights(s, { regulariser: ridge(relative), precision });
  if ('outcome' in solver) throw new Error(solver.detail);
  return solver;
}

interface Solution {
  readonly remedy: string;
  readonly w: Real;
}

function solve(layer: LayerSolver, a: Block, z: Block, precision: Precision = 'float64', relative = 0): Solution {
  const s = statisticsOf(layer, a, z);
  const solver = prepare(layer, s, relative, precision);
  const w = zeros(precision, layer.weights);
  solver.solve(s, w);
  return { remedy: solver.remedy, w };
}

/** The same samples with another feature, made from each sample's features, behind them. */
function withFeature(a: Block, feature: (row: Real) => number): Block {
  const cols = a.cols + 1;
  const data = zeros(a.data instanceof Float32Array ? 'float32' : 'float64', a.rows * cols);
  for (let row = 0; row < a.rows; row++) {
    const features = a.data.subarray(row * a.cols, (row + 1) * a.cols);
    data.set(features, row * cols);
    data[row * cols + a.cols] = feature(features);
  }
  return block(a.rows, cols, data);
}

/** Least norm in units of the features' root mean squares, from statistics without a bias and with one output. */
function leastNorm(s: Float64Array, n: number): Float64Array {
  const unit = (i: number): number => Math.sqrt(s[i * n + i]!);
  const gram = s.slice(0, n * n).map((value, i) => value / (unit(Math.floor(i / n)) * unit(i % n)));
  const row = s.slice(n * n).map((value, i) => value / unit(i));
  mlMatrix.factorSemidefinite(gram, n, 1e-12).solve(row);
  return row.map((value, i) => value / unit(i));
}

for (const linearAlgebra of backends) {
  for (const bias of [true, false]) {
    describe(`dense layer ${bias ? 'with' : 'without'} bias on ${linearAlgebra.name}`, () => {
      layerLaws(() => make(5, 3, bias, linearAlgebra));
    });
  }
}

describe('dense layer of one input and one output', () => {
  layerLaws(() => make(1, 1, true));
});

describe('a rank-deficient dense layer', () => {
  const a = normalBlock('a', 60, 4, 'float32');
  const z = normalBlock('z', 60, 2, 'float32');

  it.each(precisions)(
    'gives features that are zero in every sample weight zero, without a remedy, in %s',
    (precision) => {
      const [inputs, targets] = [normalBlock('a', 60, 4, precision), normalBlock('z', 60, 2, precision)];
      const { remedy, w } = solve(
        make(5, 2, true),
        withFeature(inputs, () => 0),
        targets,
        precision,
      );
      const { w: without } = solve(make(4, 2, true), inputs, targets, precision);
      expect(remedy).toBe('none');
      expect([w[4], w[9]]).toEqual([0, 0]);
      expect(distance([...w.slice(0, 4), ...w.slice(5, 9), ...w.slice(10)], without)).toBeLessThan(1e-6);
    },
  );

  it.each(precisions)('shares the weight of a feature that is there twice, and says "ridge", in %s', (precision) => {
    const [inputs, targets] = [normalBlock('a', 60, 4, precision), normalBlock('z', 60, 2, precision)];
    const { remedy, w } = solve(
      make(5, 2, true),
      withFeature(inputs, (row) => row[0]!),
      targets,
      precision,
    );
    const { w: without } = solve(make(4, 2, true), inputs, targets, precision);
    expect(remedy).toBe('ridge');
    expect(w[0]! + w[4]!).toBeCloseTo(without[0]!, 4);
    expect(w[4]).toBeCloseTo(without[0]! / 2, 2);
  });

  it('gives a constant feature beside a bias no weight', () => {
    const { remedy, w } = solve(
      make(5, 2, true),
      withFeature(a, () => 3),
      z,
      'float32',
    );
    expect(remedy).toBe('ridge');
    expect(largest([w[4]!, w[9]!])).toBeLessThan(1e-3);
  });

  it('sees duplicates whose mean is large beside their spread', () => {
    const shifted = block(
      60,
      1,
      Float32Array.from({ length: 60 }, (_, i) => 100 + a.data[4 * i]!),
    );
    const { remedy, w } = solve(
      make(2, 2, true),
      withFeature(shifted, (row) => row[0]!),
      z,
      'float32',
    );
    expect(remedy).toBe('ridge');
    expect(largest(w.subarray(0, 4))).toBeLessThan(1);
  });

  it('fits fewer samples than inputs exactly, by nearly the least norm', () => {
    const few = normalBlock('few', 3, 8, 'float64');
    const targets = normalBlock('z', 3, 1, 'float64');
    const layer = make(8, 1, false);
    const { remedy, w } = solve(layer, few, targets);
    const found = block(3, 1, new Float64Array(3));
    layer.apply(w, few, found);
    expect(remedy).toBe('ridge');
    expect(distance(found.data, targets.data)).toBeLessThan(1e-9);
    expect(distance(w, leastNorm(statisticsOf(layer, few, targets), 8))).toBeLessThan(1e-5);
  });

  it('says nothing where a ridge of the run makes the problem well-posed', () => {
    const twice = withFeature(a, (row) => row[0]!);
    expect(solve(make(5, 2, true), twice, z, 'float32', 0.01).remedy).toBe('none');
  });

  it.each([true, false])('cuts directions off where errors made the statistics indefinite (bias: %s)', (bias) => {
    const twice = withFeature(normalBlock('a', 60, 1, 'float64'), (row) => row[0]!);
    const layer = make(2, 1, bias);
    const s = statisticsOf(layer, twice, normalBlock('z', 60, 1, 'float64'));
    s[1]! *= 1.001;
    const solver = prepare(layer, s, 0, 'float64');
    const w = new Float64Array(layer.weights);
    solver.solve(s, w);
    const single = solve(make(1, 1, bias), normalBlock('a', 60, 1, 'float64'), normalBlock('z', 60, 1, 'float64')).w;
    expect(solver.remedy).toBe('pseudo-inverse');
    expect(w[0]).toBeCloseTo(w[1]!, 10);
    expect(w[0]).toBeCloseTo(single[0]! / 2, 2);
    if (bias) expect(w[2]).toBeCloseTo(single[1]!, 2);
  });
});

describe('a dense layer with broken statistics', () => {
  it('says how many are not finite, and does not look below the diagonal', () => {
    const layer = make(3, 1, true);
    const s = statisticsOf(layer, normalBlock('a', 9, 3, 'float64'), normalBlock('z', 9, 1, 'float64'));
    s[3] = NaN;
    expect(prepare(layer, s, 0, 'float64').remedy).toBe('none');
    s[0] = NaN;
    s[9] = Infinity;
    expect(layer.prepareWeights(s, { regulariser: ridge(0), precision: 'float64' })).toEqual({
      outcome: 'non-finite',
      detail: '2 of 10 input statistics are not finite',
    });
  });
});

describe('least squares of numpy', () => {
  const title = pythonWithNumpy() === undefined ? ' (skipped: no Python with numpy and scipy)' : '';

  it.skipIf(title !== '')(`agree with those of a dense layer${title}`, () => {
    const a = normalBlock('a', 300, 12, 'float64');
    const z = normalBlock('z', 300, 4, 'float64');
    const script = [
      'import numpy as np',
      'a = np.array(data["a"]).reshape(300, 12); z = np.array(data["z"]).reshape(300, 4)',
      'ones = np.hstack([a, np.ones((300, 1))])',
      'plain = np.linalg.lstsq(a, z, rcond=None)[0].T',
      'bias = np.linalg.lstsq(ones, z, rcond=None)[0]',
      'c = a - a.mean(0); r = 0.1 * np.trace(a.T @ a) / 12',
      'w = np.linalg.solve(c.T @ c + r * np.eye(12), c.T @ z).T',
      'ridge = np.concatenate([w.ravel(), z.mean(0) - w @ a.mean(0)])',
      'result = [plain.ravel().tolist(), bias[:12].T.ravel().tolist() + bias[12].tolist(), ridge.tolist()]',
    ].join('\n');
    const [plain, bias, ridged] = runPython(script, { a: [...a.data], z: [...z.data] }) as number[][];
    for (const linearAlgebra of backends) {
      expect(distance(solve(make(12, 4, false, linearAlgebra), a, z).w, plain!)).toBeLessThan(1e-12);
      expect(distance(solve(make(12, 4, true, linearAlgebra), a, z).w, bias!)).toBeLessThan(1e-12);
      expect(distance(solve(make(12, 4, true, linearAlgebra), a, z, 'float64', 0.1).w, ridged!)).toBeLessThan(1e-12);
    }
  });

  it.skipIf(title !== '')(
    `of least norm agree with those of a dense layer on fewer samples than inputs${title}`,
    () => {
      const a = normalBlock('a', 5, 9, 'float64');
      const z = normalBlock('z', 5, 2, 'float64');
      const script = [
        'import numpy as np',
        'a = np.array(data["a"]).reshape(5, 9); z = np.array(data["z"]).reshape(5, 2)',
        'd = np.sqrt((a * a).sum(0))',
        'result = ((np.linalg.pinv(a / d) @ z).T / d).ravel().tolist()',
      ].join('\n');
      const expected = runPython(script, { a: [...a.data], z: [...z.data] }) as number[];
      for (const linearAlgebra of backends) {
        expect(distance(solve(make(9, 2, false, linearAlgebra), a, z).w, expected)).toBeLessThan(1e-5);
      }
    },
  );
});

/** A dense layer of which something is wrong, and a law that says so. */
const broken: [what: string, law: string, change: (layer: DenseLayer) => Partial<LayerSolver>][] = [
  [
    'has a sign wrong in its adjoint',
    'adjoint is the adjoint of apply without the bias in float64',
    (layer) => ({
      adjoint: (w, r, a) =>
        layer.adjoint(
          w.map((value) => -value),
          r,
          a,
        ),
    }),
  ],
  [
    'overwrites its statistics',
    'statistics of shares add in float64',
    (layer) => ({ gatherTargets: (a, z, s) => layer.gatherTargets(a, z, s.fill(0, layer.inputStatistics)) }),
  ],
  [
    'pulls the bias too',
    'the weights meet the normal equations, the bias exempt from the ridge',
    (layer) => ({
      prepareWeights(s, options) {
        const pulled = s.slice();
        pulled[layer.inputStatistics - 1]! += options.regulariser.ridge(s, layer.inputs);
        return layer.prepareWeights(pulled, options);
      },
    }),
  ],
  [
    'knows no ridge',
    'the weights meet the normal equations, the bias exempt from the ridge',
    (layer) => ({
      prepareWeights: (s, { precision }) => layer.prepareWeights(s, { regulariser: ridge(0), precision }),
    }),
  ],
];

describe('the laws of layers', () => {
  it.each(broken)('catch one that %s', (_, title, change) => {
    const layer = make(5, 3, true);
    const { inputs, outputs, weights, statistics, inputStatistics } = layer;
    const methods: LayerSolver = {
      ...{ inputs, outputs, weights, statistics, inputStatistics },
      initialise: (initialiser, random, w) => layer.initialise(initialiser, random, w),
      apply: (w, a, z) => layer.apply(w, a, z),
      adjoint: (w, r, a) => layer.adjoint(w, r, a),
      gatherInputs: (a, s) => layer.gatherInputs(a, s),
      gatherTargets: (a, z, s) => layer.gatherTargets(a, z, s),
      prepareWeights: (s, options) => layer.prepareWeights(s, options),
      ...change(layer),
    };
    const laws = layerLawsFor(() => methods).filter((law) => law.title === title);
    expect(brokenLaws(laws)).toEqual([title]);
  });
});
