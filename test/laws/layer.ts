import * as fc from 'fast-check';
import { epsilonOf, rowsOf, zeros, type Precision, type Real } from '../../core/block.ts';
import type { LayerSolver } from '../../core/layer-solver.ts';
import { distance, largest, normalBlock, precisions, unwritten } from './blocks.ts';
import { applied, dot, gather, linearPart, norm, plus, problems, sampleOf, seeds } from './layer-sample.ts';
import type { MakeLayer } from './layer-sample.ts';
import { inputLaw, solutionLaws, startLaws } from './layer-weights.ts';
import { law, mustBeAtMost, mustBeSame, registerLaws, type Law } from './law.ts';

export type { MakeLayer } from './layer-sample.ts';

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
      if (layer.weights === 0) return;
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
      const gathers = distance(inputs, ones) > 0 && distance(targets, ones) > 0;
      if (!gathers && layer.statistics > 0) throw new Error('No statistic was gathered.');
    }),
  ];
}

/** The law of {@link LayerSolver.identity}. */
function identityLaw(make: MakeLayer): Law {
  const layer = make('float64');
  return law('a map that declares itself an identity hands back what it is given to every parent', seeds, (seed) => {
    const { z: r, w } = sampleOf(layer, seed, 1, 'float64');
    const a = unwritten(1, layer.inputs, 'float64');
    layer.adjoint(w, r, a);
    mustBeAtMost('features beyond whole parents', layer.inputs % layer.outputs, 0);
    mustBeSame(
      'features',
      a.data,
      a.data.map((_, i) => r.data[i % layer.outputs]!),
    );
  });
}

/** The laws of one layer, as values. */
export function layerLawsFor(make: MakeLayer): readonly Law[] {
  return [
    ...precisions.flatMap((precision) => [...mapLaws(make, precision), ...statisticsLaws(make, precision)]),
    ...(make('float64').weights > 0 ? solutionLaws(make) : []),
    ...(make('float64').identity === true ? [identityLaw(make)] : []),
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
