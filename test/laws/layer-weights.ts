import * as fc from 'fast-check';
import { zeros, type Precision, type Real } from '../../core/block.ts';
import type { Initialiser } from '../../core/initialiser.ts';
import type { LayerSolver, WeightSolver } from '../../core/layer-solver.ts';
import { random } from '../../core/random.ts';
import { distance, largest, normalBlock, precisions, unwritten } from './blocks.ts';
import {
  ampleRows,
  applied,
  dot,
  gather,
  linearPart,
  norm,
  plus,
  problems,
  sampleOf,
  seeds,
  type MakeLayer,
  type Sample,
} from './layer-sample.ts';
import { law, mustBeAtMost, mustBeSame, type Law } from './law.ts';

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
    return (
      dot(misfit, misfit) +
      ridge *
        dot(
          mask,
          weights.map((value) => value * value),
        )
    );
  };
  for (let i = 0; i < w.length; i++) {
    const step = w.map((_, j) => (i === j ? 1 : 0));
    const [above, below] = [objective(plus(w, step)), objective(plus(w, step, -1))];
    mustBeAtMost(`derivative in weight ${i}`, Math.abs(above - below) / 2, relative * (1 + above + below));
  }
}

/** The laws of {@link LayerSolver.prepareWeights}. */
export function solutionLaws(make: MakeLayer): Law[] {
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

/** The law of {@link LayerSolver.prepareInputs}. */
export function inputLaw(make: MakeLayer): Law {
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

/** The laws of {@link LayerSolver.initialise}. */
export function startLaws(make: MakeLayer): Law[] {
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
