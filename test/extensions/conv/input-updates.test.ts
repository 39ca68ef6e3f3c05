import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { block, type Block, type Precision, type Real } from '../../../core/block.ts';
import { factoredInputs } from '../../../core/inputs/factored.ts';
import { typedArrays } from '../../../core/linear-algebra/index.ts';
import {
  AveragePoolLayer,
  ConvolutionLayer,
  geometryOf,
  tolerance,
  type ConvolutionShape,
} from '../../../extensions/conv/index.ts';
import type { LayerSolver } from '../../../core/layer-solver.ts';
import { mlMatrix } from '../../../extensions/ml-matrix/index.ts';
import { distance, largest, normalBlock } from '../../laws/blocks.ts';
import { layerLaws } from '../../laws/layer.ts';
import { SumLayer } from '../../../layers/sum.ts';

const linearAlgebra = typedArrays(mlMatrix);

/** The map as an explicit matrix, outputs x inputs, column by column. */
function materialised(layer: LayerSolver, w: Real): Block {
  const { inputs, outputs } = layer;
  const matrix = block(outputs, inputs, new Float64Array(outputs * inputs));
  const identity = block(inputs, inputs, new Float64Array(inputs * inputs));
  for (let i = 0; i < inputs; i++) identity.data[i * inputs + i] = 1;
  const image = block(inputs, outputs, new Float64Array(inputs * outputs));
  const zero = block(1, outputs, new Float64Array(outputs));
  layer.apply(w, identity, image);
  layer.apply(w, block(1, inputs, new Float64Array(inputs)), zero);
  for (let i = 0; i < inputs; i++) {
    for (let o = 0; o < outputs; o++) matrix.data[o * inputs + i] = image.data[i * outputs + o]! - zero.data[o]!;
  }
  return matrix;
}

const small = fc.integer({ min: 1, max: 3 });
const decades = fc.double({ min: -2, max: 2, noNaN: true }).map((exponent) => 10 ** exponent);
const problems = fc.record({
  image: fc.record({ height: fc.integer({ min: 3, max: 7 }), width: fc.integer({ min: 3, max: 7 }), channels: small }),
  kernel: fc.record({ height: small, width: small }),
  channelsFirst: fc.boolean(),
  filters: fc.integer({ min: 1, max: 4 }),
  rows: fc.integer({ min: 1, max: 4 }),
  gamma: decades,
  beta: decades,
  seed: fc.nat(),
});

/** What a layer's own input update and the one of its matrix make of the same residuals. */
function bothWays(
  layer: LayerSolver,
  { rows, gamma, beta, seed }: { rows: number; gamma: number; beta: number; seed: number },
  precision: Precision = 'float64',
): { found: Real; expected: Real; moved: number } {
  const w = normalBlock(`${seed}w`, 1, layer.weights, precision).data;
  const start = normalBlock(`${seed}a`, rows, layer.inputs, precision);
  const residual = normalBlock(`${seed}r`, rows, layer.outputs, precision);
  const [found, expected] = [0, 1].map(() => ({ ...start, data: start.data.slice() }));
  const matrix = materialised(layer, Float64Array.from(w));
  const columns = { from: 0, to: layer.inputs };
  const reading = { layer, weights: w, beta, columns, matrix };
  const copy = { ...residual, data: residual.data.slice() };
  layer.prepareInputs!(w, { gamma, beta })!.correct([copy], found!);
  const exact = { ...expected!, data: Float64Array.from(start.data) };
  factoredInputs([reading], gamma, 'float64', linearAlgebra).correct(
    [{ ...residual, data: Float64Array.from(residual.data) }],
    exact,
  );
  return { found: found!.data, expected: exact.data, moved: distance(exact.data, start.data) };
}

const convolution = (shape: ConvolutionShape, filters: number, precision: Precision): ConvolutionLayer =>
  new ConvolutionLayer(geometryOf(shape), { filters, bias: true }, { linearAlgebra, precision });

describe('the input update of a convolution', () => {
  it('by the Fourier transform is that of the materialised operator', () => {
    fc.assert(
      fc.property(problems, ({ filters, image, kernel, channelsFirst, ...rest }) => {
        const stride = { height: 1, width: 1 };
        const layer = convolution({ image, kernel, stride, padding: 'circular', channelsFirst }, filters, 'float64');
        const { found, expected } = bothWays(layer, rest);
        expect(distance(found, expected)).toBeLessThan(1e-9 * (1 + largest(expected)));
      }),
    );
  });

  it('by conjugate gradients is that of the materialised operator, to the tolerance stated', () => {
    const paddings = fc.constantFrom('valid' as const, 'same' as const, 'circular' as const, 1);
    const strides = fc.record({ height: small, width: small });
    fc.assert(
      fc.property(problems, paddings, strides, (problem, padding, stride) => {
        const { filters, image, kernel, channelsFirst, ...rest } = problem;
        const around = padding === 'circular' && stride.height === 1 && stride.width === 1;
        const layer = convolution(
          { image, kernel, stride: around ? { height: 2, width: 1 } : stride, padding, channelsFirst },
          filters,
          'float64',
        );
        const { found, expected, moved } = bothWays(layer, rest);
        // The error of u is the residual over the smallest eigenvalue, c = gamma / beta.
        const limit = (tolerance.float64 * (1 + moved) * 100) / Math.min(1, rest.gamma / rest.beta);
        expect(distance(found, expected)).toBeLessThan(limit);
      }),
    );
  });

  it('in single precision stays within its own tolerance', () => {
    fc.assert(
      fc.property(problems, ({ filters, image, kernel, channelsFirst, ...rest }) => {
        const stride = { height: 1, width: 1 };
        const layer = convolution({ image, kernel, stride, padding: 'same', channelsFirst }, filters, 'float32');
        const { found, expected, moved } = bothWays(layer, { ...rest, gamma: 1, beta: 1 }, 'float32');
        expect(distance(found, expected)).toBeLessThan(10 * tolerance.float32 * (1 + moved) * (1 + largest(expected)));
      }),
    );
  });

  it('where patches do not overlap takes one step: the preconditioner is the inverse', () => {
    const image = { height: 4, width: 6, channels: 2 };
    const kernel = { height: 2, width: 3 };
    const layer = convolution({ image, kernel, stride: kernel, padding: 'valid' }, 3, 'float64');
    let steps = 0;
    const adjoint = layer.adjoint.bind(layer);
    layer.adjoint = (...given) => {
      steps++;
      adjoint(...given);
    };
    bothWays(layer, { rows: 1, gamma: 1, beta: 1, seed: 1 });
    // One for the step, one for the result.
    expect(steps).toBe(2);
  });
});

describe('average pooling', () => {
  const make = (): AveragePoolLayer =>
    new AveragePoolLayer({ height: 5, width: 4, channels: 2 }, { height: 2, width: 2 });
  layerLaws(make);

  it('is solved exactly', () => {
    const { found, expected } = bothWays(make(), { rows: 3, gamma: 0.3, beta: 2, seed: 5 });
    expect(distance(found, expected)).toBeLessThan(1e-12);
  });
});

describe('a sum of parents', () => {
  layerLaws(() => new SumLayer(3, 4));
  layerLaws(() => new SumLayer(1, 4));
});
