import * as fc from 'fast-check';
import { epsilonOf, rowsOf, zeros, type Block, type Precision, type Real } from '../../core/block.ts';
import type { Initialiser } from '../../core/initialiser.ts';
import type { LayerSolver, WeightSolver } from '../../core/layer-solver.ts';
import { random } from '../../core/random.ts';
import { distance, largest, normalBlock, precisions, unwritten } from './blocks.ts';
import { law, mustBeAtMost, mustBeSame, registerLaws, type Law } from './law.ts';

/** Makes the layer under test, for data of that precision. */
export type MakeLayer = (precision: Precision) => LayerSolver;

/** Some samples with targets and weights, all from one seed. */
interface Sample {
  readonly a: Block;
  readonly z: Block;
  readonly w: Real;
}

const seeds = fc.integer({ min: 0, max: 1e6 });
const problems = fc.record({ seed: seeds, rows: fc.integer({ min: 1, max: 9 }) });

/** More samples than weights, so that the least-squares problem has one well-determined solution. */
const ampleRows = (layer: LayerSolver): number => 3 * (layer.inputs + 2);

const sampleOf = (layer: LayerSolver, seed: number | string, rows: number, precision: Precision): Sample => ({
  a: normalBlock(`${seed}a`, rows, layer.inputs, precision),
  z: normalBlock(`${seed}z`, rows, layer.outputs, precision),
  w: normalBlock(`${seed}w`, 1, layer.weights, precision).data,
});

const norm = (values: Real): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
const dot = (a: Real, b: Real): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
const plus = (a: Real, b: Real, factor = 1): Real => a.map((value, i) => value + factor * b[i]!);

function applied(layer: LayerSolver, w: Real, a: Block, precision: Precision): Block {
  const z = unwritten(a.rows, layer.outputs, precision);
  layer.apply(w, a, z);
  return z;
}

/** $W a$ alone: what `apply` gives, less the bias. */
function linearPart(layer: LayerSolver, w: Real, a: Block, precision: Precision): Real {
  const nothing = { ...a, data: zeros(precision, a.data.length) };
  return plus(applied(layer, w, a, precision).data, applied(layer, w, nothing, precision).data, -1);
}

/** Largest rounding error that a value of $W a$ may carry, for weights and samples of that size. */
const roundingOf = (layer: LayerSolver, precision: Precision, w: Real, a: Real): number =>
  4 * epsilonOf(precision) * (layer.inputs + 8) * (1 + largest(w)) * (1 + largest(a));

function mapLaws(make: MakeLayer, precision: Precision): Law[] {
  const layer = make(precision);
  return [
    law(`adjoint is the adjoint of apply without the bias in ${precision}`, problems, ({ seed, rows }) => {
      const { a, z: r, w } = sampleOf(layer, seed, rows, precision);
      const back = unwritten(rows, layer.inputs, precision);
      layer.adjoint(w, r, back);
      const difference = dot(linearPart(layer, w, a, precision), r.data) - dot(a.data, back.data);
      const scale = (1 + norm(w)) * (1 + norm(a.data)) * (1 + norm(r.data));
      const limit = 4 * epsilonOf(precision) * (layer.inputs + layer.outputs + 8) * scale;
      mustBeAtMost("|<W a, r> - <a, W' r>|", Math.abs(difference), limit);
    }),
    law(`apply is linear in its input, up to the bias, in ${precision}`, problems, ({ seed, rows }) => {
      const { a, w } = sampleOf(layer, seed, rows, precision);
      const b = normalBlock(`${seed}b`, rows, layer.inputs, precision);
      const sum = { ...a, data: plus(a.data, b.data, 2) };
      const whole = linearPart(layer, w, sum, precision);
      const parts = plus(linearPart(layer, w, a, precision), linearPart(layer, w, b, precision), 2);
      mustBeAtMost('difference', distance(whole, parts), 4 * roundingOf(layer, precision, w, sum.data));
    }),
    law(`apply is linear in the weights in ${precision}`, problems, ({ seed, rows }) => {
      const { a, w } = sampleOf(layer, seed, rows, precision);
      const v = normalBlock(`${seed}v`, 1, layer.weights, precision).data;
      const whole = applied(layer, plus(w, v, 2), a, precision).data;
      const parts = plus(applied(layer, w, a, precision).data, applied(layer, v, a, precision).data, 2);
      mustBeAtMost('difference', distance(whole, parts), 4 * roundingOf(layer, precision, plus(w, v, 2), a.data));
    }),
    law(`samples do not touch one another in ${precision}`, problems, ({ seed, rows }) => {
      const { a, z, w } = sampleOf(layer, seed, rows, precision);
      const together = applied(layer, w, a, precision);
      const back = unwritten(rows, layer.inputs, precision);
      layer.adjoint(w, z, back);
      for (let row = 0; row < rows; row++) {
        const alone = applied(layer, w, rowsOf(a, row, row + 1), precision);
        const expected = rowsOf(together, row, row + 1).data;
        mustBeAtMost('difference', distance(alone.data, expected), roundingOf(layer, precision, w, a.data));
        const backAlone = unwritten(1, layer.inputs, precision);
        layer.adjoint(w, rowsOf(z, row, row + 1), backAlone);
        const limit = (layer.outputs + 8) * roundingOf(layer, precision, w, z.data);
        mustBeAtMost('difference of adjoints', distance(backAlone.data, rowsOf(back, row, row + 1).data), limit);
      }
    }),
    ...(layer.matrix === undefined ? [] : [matrixAgrees(layer, precision)]),
  ];
}

function matrixAgrees(layer: LayerSolver, precision: Precision): Law {
  return law(`matrix is the map that apply applies in ${precision}`, problems, ({ seed, rows }) => {
    const { a, w } = sampleOf(layer, seed, rows, precision);
    const { data, rows: outputs, cols: inputs } = layer.matrix!(w);
    mustBeSame('shape', [outputs, inputs], [layer.outputs, layer.inputs]);
    const expected = zeros('float64', rows * outputs).map((_, i) => {
      const row = Math.floor(i / outputs);
      const output = i % outputs;
      return dot(
        Float64Array.from(data.subarray(output * inputs, (output + 1) * inputs)),
        a.data.subarray(row * inputs, (row + 1) * inputs),
      );
    });
    const found = linearPart(layer, w, a, precision);
    mustBeAtMost('difference', distance(found, expected), roundingOf(layer, precision, w, a.data));
  });
}

/** Statistics of some samples, on top of what `s` holds. */
function gather(layer: LayerSolver, { a, z }: Pick<Sample, 'a' | 'z'>, s: Float64Array): Float64Array {
  layer.gatherInputs(a, s);
  layer.gatherTargets(a, z, s);
  return s;
}

function statisticsLaws(make: MakeLayer, precision: Precision): Law[] {
  const layer = make(precision);
  const given = fc.record({ seed: seeds, rows: fc.integer({ min: 1, max: 40 }), at: fc.nat() });
  return [
    law(`statistics of shares add in ${precision}`, given, ({ seed, rows, at }) => {
      const { a, z } = sampleOf(layer, seed, rows, precision);
      const cut = at % (rows + 1);
      const whole = gather(layer, { a, z }, new Float64Array(layer.statistics));
      const shares = new Float64Array(layer.statistics);
      gather(layer, { a: rowsOf(a, 0, cut), z: rowsOf(z, 0, cut) }, shares);
      gather(layer, { a: rowsOf(a, cut, rows), z: rowsOf(z, cut, rows) }, shares);
      // A convolution adds up as many products per sample as it has positions: at most its outputs.
      const terms = rows * layer.outputs;
      const scale = terms * (1 + largest(a.data)) * (1 + Math.max(largest(a.data), largest(z.data)));
      mustBeAtMost('difference', distance(whole, shares), 4 * epsilonOf(precision) * (terms + 8) * scale);
    }),
    law(`inputs and targets write their own statistics alone in ${precision}`, given, ({ seed, rows }) => {
      const { a, z } = sampleOf(layer, seed, rows, precision);
      const ones = new Float64Array(layer.statistics).fill(1);
      const [inputs, targets] = [ones.slice(), ones.slice()];
      layer.gatherInputs(a, inputs);
      layer.gatherTargets(a, z, targets);
      const end = layer.inputStatistics;
      mustBeSame('target statistics', inputs.subarray(end), ones.subarray(end));
      mustBeSame('input statistics', targets.subarray(0, end), ones.subarray(0, end));
      if (distance(inputs, ones) === 0 || distance(targets, ones) === 0) throw new Error('No statistic was gathered.');
    }),
  ];
}

const ones: Initialiser = { name: 'ones', fill: (_outputs, _inputs, _random, w) => void w.fill(1) };

/** 1 for weights that a ridge pulls on, 0 for those of the bias, which initialisation leaves at zero. */
function ridgeMask(layer: LayerSolver): Real {
  const mask = new Float64Array(layer.weights);
  layer.initialise(ones, random('mask'), mask);
  return mask;
}

function prepared(layer: LayerSolver, s: Float64Array, ridge: number, precision: Precision): WeightSolver {
  const solver = layer.prepareWeights(s, { regulariser: { name: 'law', ridge: () => ridge }, precision });
  if ('outcome' in solver) throw new Error(`The weights of finite statistics failed: ${solver.detail}.`);
  return solver;
}

/** Weights that the layer finds for these samples; every one is written. */
function solved(layer: LayerSolver, sample: Sample, ridge: number, precision: Precision): Real {
  const s = gather(layer, sample, new Float64Array(layer.statistics));
  const w = zeros(precision, layer.weights).fill(NaN);
  prepared(layer, s, ridge, precision).solve(s, w);
  return w;
}

/**
 * The objective $J$ is quadratic, so $(J(w + e_i) - J(w - e_i)) / 2$ is its derivative in weight i without any error but
 * rounding, and at the minimum it vanishes.
 */
function mustBeStationary(layer: LayerSolver, { a, z }: Sample, ridge: number, w: Real, relative: number): void {
  const mask = ridgeMask(layer);
  const objective = (weights: Real): number => {
    const misfit = plus(z.data, applied(layer, weights, a, 'float64').data, -1);
    return dot(misfit, misfit) + ridge * weights.reduce((sum, value, i) => sum + mask[i]! * value * value, 0);
  };
  for (let i = 0; i < w.length; i++) {
    const step = w.map((_, j) => (i === j ? 1 : 0));
    const [above, below] = [objective(plus(w, step)), objective(plus(w, step, -1))];
    mustBeAtMost(`derivative in weight ${i}`, Math.abs(above - below) / 2, relative * (1 + above + below));
  }
}

function solutionLaws(make: MakeLayer): Law[] {
  const layer = make('float64');
  const given = fc.record({ seed: seeds, ridge: fc.constantFrom(0, 0.5, 20) });
  return [
    law('the weights meet the normal equations, the bias exempt from the ridge', given, ({ seed, ridge }) => {
      const sample = sampleOf(layer, seed, ampleRows(layer), 'float64');
      mustBeStationary(layer, sample, ridge, solved(layer, sample, ridge, 'float64'), 1e-10);
    }),
    law('the weights of too few samples meet the normal equations too', problems, ({ seed }) => {
      const sample = sampleOf(layer, seed, 1, 'float64');
      mustBeStationary(layer, sample, 0, solved(layer, sample, 0, 'float64'), 1e-7);
    }),
    law('no samples at all give weights of zero', fc.constantFrom(...precisions), (precision) => {
      const s = new Float64Array(layer.statistics);
      const w = zeros(precision, layer.weights).fill(NaN);
      prepared(make(precision), s, 0, precision).solve(s, w);
      mustBeAtMost('largest weight', largest(w), 0);
    }),
    law('inputs of zero get weights of zero, and a bias that fits alone', given, ({ seed, ridge }) => {
      const { a, z, w: start } = sampleOf(layer, seed, ampleRows(layer), 'float64');
      const sample = { a: { ...a, data: a.data.map(() => 0) }, z, w: start };
      const w = solved(layer, sample, ridge, 'float64');
      const mask = ridgeMask(layer);
      mustBeAtMost('largest weight', largest(w.filter((_, i) => mask[i] === 1)), 0);
      mustBeStationary(layer, sample, ridge, w, 1e-10);
    }),
    law('same statistics, same bits, and the statistics are left alone', given, ({ seed, ridge }) => {
      const sample = sampleOf(layer, seed, ampleRows(layer), 'float64');
      const s = gather(layer, sample, new Float64Array(layer.statistics));
      const kept = s.slice();
      const solver = prepared(layer, s, ridge, 'float64');
      const [first, again, other] = [sample.w.slice(), sample.w.slice(), sample.w.slice()];
      solver.solve(s, first);
      solver.solve(s, again);
      prepared(make('float64'), s, ridge, 'float64').solve(s, other);
      mustBeSame('statistics', s, kept);
      mustBeSame('weights solved again', again, first);
      mustBeSame('weights of another layer', other, first);
    }),
    law('one factorisation serves any targets over the same inputs', given, ({ seed, ridge }) => {
      const sample = sampleOf(layer, seed, ampleRows(layer), 'float64');
      const s = gather(layer, sample, new Float64Array(layer.statistics));
      const solver = prepared(layer, s, ridge, 'float64');
      const z = normalBlock(`${seed}other`, sample.z.rows, layer.outputs, 'float64');
      s.fill(0, layer.inputStatistics);
      layer.gatherTargets(sample.a, z, s);
      const w = sample.w.slice();
      solver.solve(s, w);
      mustBeStationary(layer, { ...sample, z }, ridge, w, 1e-10);
    }),
    law('statistics that are not finite are a failure that says so', fc.constantFrom(NaN, Infinity), (value) => {
      const s = gather(layer, sampleOf(layer, 1, 5, 'float64'), new Float64Array(layer.statistics));
      s[0] = value;
      const failure = layer.prepareWeights(s, { regulariser: { name: 'law', ridge: () => 1 }, precision: 'float64' });
      if (!('outcome' in failure) || failure.outcome !== 'non-finite') throw new Error('It was not seen.');
    }),
    law('both precisions find the same weights', given, ({ seed, ridge }) => {
      const [w32, w64] = precisions.map((precision) => {
        const rounded = make(precision);
        return solved(rounded, sampleOf(rounded, seed, ampleRows(rounded), precision), ridge, precision);
      });
      mustBeAtMost('difference', distance(w32!, w64!), 2e-4 * (1 + largest(w64!)));
    }),
  ];
}

function inputLaw(make: MakeLayer): Law {
  const layer = make('float64');
  const ratio = fc.constantFrom(0.01, 1, 100);
  const given = fc.record({ seed: seeds, rows: fc.integer({ min: 1, max: 5 }), gamma: ratio, beta: ratio });
  return law('a prepared input update meets its normal equations', given, ({ seed, rows, gamma, beta }) => {
    const { a: h, z: rho, w } = sampleOf(layer, seed, rows, 'float64');
    const a = { ...h, data: h.data.slice() };
    const solver = layer.prepareInputs?.(w, { gamma, beta });
    if (solver === undefined) return;
    solver.correct([{ ...rho, data: rho.data.slice() }], a);
    // gamma delta = beta W'(rho - W delta)
    const delta = { ...a, data: plus(a.data, h.data, -1) };
    const rest = { ...rho, data: plus(rho.data, linearPart(layer, w, delta, 'float64'), -1) };
    const pull = unwritten(rows, layer.inputs, 'float64');
    layer.adjoint(w, rest, pull);
    const error = distance(
      delta.data.map((value) => gamma * value),
      pull.data.map((value) => beta * value),
    );
    mustBeAtMost('gradient', error, 1e-6 * (gamma + beta) * (1 + norm(w)) * (1 + norm(w)) * (1 + largest(rho.data)));
  });
}

function startLaws(make: MakeLayer): Law[] {
  const uniform: Initialiser = {
    name: 'uniform',
    fill: (_outputs, _inputs, stream, w) => w.forEach((_, i) => (w[i] = 1 + stream.uniform())),
  };
  return [
    law('initialise fills every linear weight from the seed and starts a bias at zero', seeds, (seed) => {
      const layer = make('float64');
      const mask = ridgeMask(layer);
      const [first, again] = [0, 1].map(() => {
        const w = new Float64Array(layer.weights).fill(NaN);
        layer.initialise(uniform, random(String(seed)), w);
        return w;
      });
      mustBeSame('weights of the same seed', again!, first!);
      mustBeSame(
        'filled weights',
        first!.map((value) => (value >= 1 ? 1 : value)),
        mask,
      );
    }),
  ];
}

/** The laws of one layer, as values. */
export function layerLawsFor(make: MakeLayer): readonly Law[] {
  return [
    ...precisions.flatMap((precision) => [...mapLaws(make, precision), ...statisticsLaws(make, precision)]),
    ...solutionLaws(make),
    ...startLaws(make),
    ...(make('float64').prepareInputs === undefined ? [] : [inputLaw(make)]),
  ];
}

/**
 * Registers the laws of {@link LayerSolver} as tests: `adjoint` is the adjoint of `apply`, which is linear; statistics of
 * shares add; the weights meet the normal equations, of rank-deficient inputs too, and depend on the statistics alone; both
 * precisions agree. Take a small layer: the cost grows with the square of its weights.
 *
 * @example
 * ```ts
 * describe('my layer', () => layerLaws((precision) => new MyLayer(5, 3, { linearAlgebra, precision })));
 * ```
 */
export function layerLaws(make: MakeLayer): void {
  registerLaws(layerLawsFor(make));
}
