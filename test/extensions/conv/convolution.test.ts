import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { block, zeros, type Block, type Precision, type Real } from '../../../core/block.ts';
import type { LinearAlgebra } from '../../../core/linear-algebra.ts';
import { typedArrays } from '../../../core/linear-algebra/index.ts';
import { ConvolutionLayer, geometryOf, type ConvolutionShape } from '../../../extensions/conv/index.ts';
import { mlMatrix } from '../../../extensions/ml-matrix/index.ts';
import { wasmAccelerator, wasmBackend } from '../../../extensions/wasm/index.ts';
import { DenseLayer } from '../../../layers/dense.ts';
import { distance, largest, normalBlock, precisions, unwritten } from '../../laws/blocks.ts';
import { dot } from '../../laws/layer-sample.ts';
import { layerLaws } from '../../laws/layer.ts';
import { naiveConvolution, patchMatrix } from './naive.ts';

const backends: readonly LinearAlgebra[] = [
  typedArrays(mlMatrix),
  mlMatrix,
  wasmBackend(mlMatrix).load() as LinearAlgebra,
];

const acceleration = wasmAccelerator().open();

const small = fc.integer({ min: 1, max: 3 });
const sides = fc.record({ height: small, width: small });

/** Convolutions whose kernel fits, with all paddings, strides and layouts. */
const shapes: fc.Arbitrary<ConvolutionShape> = fc.record({
  image: fc.record({ height: fc.integer({ min: 3, max: 7 }), width: fc.integer({ min: 3, max: 7 }), channels: small }),
  kernel: sides,
  stride: sides,
  padding: fc.constantFrom('valid' as const, 'same' as const, 'circular' as const, 1, 2),
  channelsFirst: fc.boolean(),
});

const problems = fc.record({
  shape: shapes,
  filters: small,
  bias: fc.boolean(),
  rows: fc.integer({ min: 1, max: 4 }),
  seed: fc.nat(),
  backend: fc.constantFrom(...backends),
  accelerations: fc.constantFrom([], [acceleration]),
});

type Problem = typeof problems extends fc.Arbitrary<infer T> ? T : never;

interface Drawn {
  readonly layer: ConvolutionLayer;
  readonly w: Real;
  readonly a: Block;
}

function draw(
  { shape, filters, bias, rows, seed, backend, accelerations }: Problem,
  precision: Precision = 'float64',
): Drawn {
  const services = { linearAlgebra: backend, precision, accelerations };
  const layer = new ConvolutionLayer(geometryOf(shape), { filters, bias }, services);
  const w = normalBlock(`${seed}w`, 1, layer.weights, precision).data;
  return { layer, w, a: normalBlock(`${seed}a`, rows, layer.inputs, precision) };
}

const valid: ConvolutionShape = {
  image: { height: 4, width: 3, channels: 2 },
  kernel: { height: 2, width: 2 },
  stride: { height: 1, width: 1 },
  padding: 'valid',
};

const lawCases: Readonly<Record<string, ConvolutionShape>> = {
  valid,
  'same, strides apart': { ...valid, stride: { height: 2, width: 1 }, padding: 'same' },
  'circular, of stride 1': { ...valid, kernel: { height: 3, width: 2 }, padding: 'circular' },
  'circular, of stride 2': { ...valid, stride: { height: 2, width: 2 }, padding: 'circular' },
};

describe.each(Object.entries(lawCases))('a convolution: %s', (_, shape) => {
  layerLaws(
    (precision) =>
      new ConvolutionLayer(geometryOf(shape), { filters: 2, bias: true }, { linearAlgebra: backends[0]!, precision }),
  );
});

describe('a convolution', () => {
  it('computes what plain loops compute', () => {
    fc.assert(
      fc.property(problems, fc.constantFrom(...precisions), (problem, precision) => {
        const { layer, w, a } = draw(problem, precision);
        const z = unwritten(a.rows, layer.outputs, precision);
        layer.apply(w, a, z);
        const expected = naiveConvolution(w, a, layer.geometry, problem.filters, problem.bias);
        const tolerance = precision === 'float64' ? 1e-12 : 1e-4;
        expect(distance(z.data, expected)).toBeLessThan(tolerance * (1 + largest(expected)));
      }),
    );
  });

  it('gathers the statistics of the patch matrix, which it never makes', () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const { layer, a } = draw(problem);
        const patches = patchMatrix(a, layer.geometry);
        const { patch } = layer.geometry;
        const matrix = block(patches.length, patch, Float64Array.from(patches.flat()));
        const dense = new DenseLayer(patch, problem.filters, problem.bias, { linearAlgebra: problem.backend });
        const z = normalBlock(`${problem.seed}z`, a.rows, layer.outputs, 'float64');
        const [found, expected] = [layer, dense].map((each) => new Float64Array(each.statistics));
        layer.gatherInputs(a, found!);
        layer.gatherTargets(a, z, found!);
        dense.gatherInputs(matrix, expected!);
        dense.gatherTargets(matrix, block(patches.length, problem.filters, z.data), expected!);
        expect(distance(found!, expected!)).toBeLessThan(1e-11 * (1 + largest(expected!)));
      }),
    );
  });

  it('cuts a tile into blocks of patches without a seam', () => {
    const shape = { ...valid, image: { height: 40, width: 41, channels: 1 }, kernel: { height: 17, width: 17 } };
    for (const padding of ['valid', 'same', 'circular'] as const) {
      const layer = new ConvolutionLayer(
        geometryOf({ ...shape, padding }),
        { filters: 1, bias: true },
        { linearAlgebra: backends[0]!, precision: 'float64' },
      );
      const a = normalBlock('a', 3, layer.inputs, 'float64');
      const w = normalBlock('w', 1, layer.weights, 'float64').data;
      const z = unwritten(3, layer.outputs, 'float64');
      layer.apply(w, a, z);
      expect(distance(z.data, naiveConvolution(w, a, layer.geometry, 1, true))).toBeLessThan(1e-10);
      const back = unwritten(3, layer.inputs, 'float64');
      layer.adjoint(w, z, back);
      const linear = unwritten(3, layer.outputs, 'float64');
      layer.applyLinear(w, a, linear);
      expect(dot(linear.data, z.data) / dot(a.data, back.data)).toBeCloseTo(1, 10);
    }
  });

  it('of one pixel is a dense layer on every pixel', () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const one = { height: 1, width: 1 };
        const shape = { ...problem.shape, kernel: one, stride: one, padding: 'valid', channelsFirst: false } as const;
        const { layer, w, a } = draw({ ...problem, shape });
        const { channels } = shape.image;
        const dense = new DenseLayer(channels, problem.filters, problem.bias, { linearAlgebra: problem.backend });
        const pixels = (a.rows * a.cols) / channels;
        const [z, expected] = [0, 1].map(() => unwritten(pixels, problem.filters, 'float64'));
        layer.apply(w, a, block(a.rows, layer.outputs, z!.data));
        dense.apply(w, block(pixels, channels, a.data), expected!);
        expect(distance(z!.data, expected!.data)).toBeLessThan(1e-12 * (1 + largest(expected!.data)));
      }),
    );
  });

  it('with a circular border shifts what comes out where what goes in is shifted', () => {
    fc.assert(
      fc.property(problems, fc.nat({ max: 6 }), fc.nat({ max: 6 }), (problem, down, across) => {
        const shape = {
          ...problem.shape,
          stride: { height: 1, width: 1 },
          padding: 'circular',
          channelsFirst: false,
        } as const;
        const { layer, w, a } = draw({ ...problem, shape });
        const [z, shifted] = [0, 1].map(() => unwritten(a.rows, layer.outputs, 'float64'));
        layer.apply(w, a, z!);
        layer.apply(w, roll(a, shape.image, down, across), shifted!);
        const expected = roll(z!, { ...shape.image, channels: problem.filters }, down, across);
        expect(distance(shifted!.data, expected.data)).toBeLessThan(1e-12 * (1 + largest(expected.data)));
      }),
    );
  });

  it('gives the same bits for every sample, whatever samples it comes with', () => {
    const { layer, w, a } = draw({
      shape: valid,
      filters: 2,
      bias: true,
      rows: 4,
      seed: 3,
      accelerations: [],
      backend: backends[0]!,
    });
    const z = unwritten(4, layer.outputs, 'float64');
    layer.apply(w, a, z);
    const order = [2, 0, 3, 1];
    const permuted = {
      ...a,
      data: Float64Array.from(order.flatMap((row) => [...a.data.slice(row * a.cols, (row + 1) * a.cols)])),
    };
    const other = unwritten(4, layer.outputs, 'float64');
    layer.apply(w, permuted, other);
    order.forEach((row, at) => {
      const [found, expected] = [
        other.data.subarray(at * z.cols, (at + 1) * z.cols),
        z.data.subarray(row * z.cols, (row + 1) * z.cols),
      ];
      expect(found).toEqual(expected);
    });
  });

  it.each([
    [{ ...valid, kernel: { height: 5, width: 1 } }, 'A kernel of 5 x 1 does not fit into 4 x 3'],
    [{ ...valid, kernel: { height: 5, width: 1 }, padding: 'circular' as const }, 'goes more than once around 4 x 3'],
  ])('says that a kernel does not fit', (shape, message) => {
    expect(() => geometryOf(shape)).toThrow(message);
  });
});

/** The images of a block, moved down and across around the border. */
function roll(a: Block, { height, width, channels }: ConvolutionShape['image'], down: number, across: number): Block {
  const data = zeros('float64', a.data.length);
  for (let i = 0; i < data.length; i++) {
    const channel = i % channels;
    const x = Math.floor(i / channels) % width;
    const y = Math.floor(i / (channels * width)) % height;
    const row = Math.floor(i / (channels * width * height));
    const to = ((row * height + ((y + down) % height)) * width + ((x + across) % width)) * channels + channel;
    data[to] = a.data[i]!;
  }
  return { ...a, data };
}
