import { block, epsilonOf, zeros, type Block, type Real } from '../../core/block.ts';
import type { InputSolver, LayerServices } from '../../core/layer-solver.ts';
import type { Penalty } from '../../core/penalty.ts';
import { FourierTransform, type Spectrum } from './fourier-transform.ts';
import type { Geometry } from './geometry.ts';

const overwrite = { transpose: true, keep: 0 } as const;
const add = { transpose: true, keep: 1 } as const;

/** The parts of a complex matrix; `minus` is the imaginary part with its sign turned. */
interface ComplexMatrix {
  readonly re: Block;
  readonly im: Block;
  readonly minus: Block;
}

/**
 * Input update of a convolution with a circular border and stride 1, exact: the Fourier transform makes of it one small system
 * a frequency, $\hat\delta = \beta \hat W^H (\gamma I + \beta \hat W \hat W^H)^{-1} \hat\rho$ with $\hat W$ filters x channels (Taylor et
 * al. 2016, section 8, name the transform and show nothing).
 */
export function circularInputs(
  geometry: Geometry,
  kernels: Block,
  penalty: Penalty,
  services: LayerServices,
): InputSolver {
  const { image, channelsFirst = false } = geometry;
  const transform = new FourierTransform(image, services);
  const solutions = transform.frequencies.map(([down, across]) =>
    solutionAt(responseAt(geometry, kernels, down, across), kernels.rows, image.channels, penalty, services),
  );
  const { linearAlgebra } = services;
  return {
    correct([residual], a) {
      transform.eachGroup(a.rows, Math.max(kernels.rows, image.channels), (from, to) => {
        const rows = to - from;
        const given = transform.forward(residual!, from, to, kernels.rows);
        const found: Spectrum = transform.empty(rows, image.channels);
        solutions.forEach(({ re, im, minus }, frequency) => {
          const [x, y] = [given.re(frequency), given.im(frequency)];
          linearAlgebra.multiply(x, re, overwrite, found.re(frequency));
          linearAlgebra.multiply(y, minus, add, found.re(frequency));
          linearAlgebra.multiply(x, im, overwrite, found.im(frequency));
          linearAlgebra.multiply(y, re, add, found.im(frequency));
        });
        transform.addInverse(found, channelsFirst, a, from, to);
      });
    },
  };
}

/**
 * $\hat W$ at one frequency as a real matrix of twice the size, 2 filters x 2 channels: a complex number $x + i y$ is
 * $[x, -y; y, x]$, so that products and transposes are those of complex matrices.
 */
function responseAt({ kernel, before, image }: Geometry, kernels: Block, down: number, across: number): Float64Array {
  const { channels, height, width } = image;
  const response = new Float64Array(4 * kernels.rows * channels);
  const pitch = 2 * channels;
  for (let y = 0; y < kernel.height; y++) {
    for (let x = 0; x < kernel.width; x++) {
      const turns = (down * (y - before.height)) / height + (across * (x - before.width)) / width;
      const [cosine, sine] = [Math.cos(2 * Math.PI * turns), Math.sin(2 * Math.PI * turns)];
      const tap = (y * kernel.width + x) * channels;
      for (let f = 0; f < kernels.rows; f++) {
        for (let c = 0; c < channels; c++) {
          const weight = kernels.data[f * kernels.cols + tap + c]!;
          const at = 2 * f * pitch + 2 * c;
          response[at]! += weight * cosine;
          response[at + 1]! -= weight * sine;
          response[at + pitch]! += weight * sine;
          response[at + pitch + 1]! += weight * cosine;
        }
      }
    }
  }
  return response;
}

/** $W^T (c I + W W^T)^{-1} = (c I + W^T W)^{-1} W^T$ of a real p x n matrix, n x p, by the smaller of the two systems. */
function solveSmaller(
  w: Float64Array,
  filters: number,
  channels: number,
  shift: number,
  linearAlgebra: LayerServices['linearAlgebra'],
): Float64Array {
  const [p, n] = [2 * filters, 2 * channels];
  const transposed = new Float64Array(p * n);
  for (let i = 0; i < p; i++) for (let j = 0; j < n; j++) transposed[j * p + i] = w[i * n + j]!;
  const size = Math.min(p, n);
  const system = new Float64Array(size * size);
  linearAlgebra.gram(p <= n ? block(n, p, transposed) : block(p, n, w), system);
  for (let i = 0; i < size; i++) system[i * size + i]! += shift;
  const factor =
    linearAlgebra.factor(system, size, 0) ?? linearAlgebra.factorSemidefinite(system, size, epsilonOf('float64'));
  // The system is symmetric, so that solving for the rows of W' (or W) is multiplying by the inverse from the right (left).
  if (p <= n) {
    factor.solve(transposed);
    return transposed;
  }
  const rows = w.slice();
  factor.solve(rows);
  const result = new Float64Array(p * n);
  for (let i = 0; i < p; i++) for (let j = 0; j < n; j++) result[j * p + i] = rows[i * n + j]!;
  return result;
}

/** What turns the residual into the correction at one frequency, channels x filters. */
function solutionAt(
  response: Float64Array,
  filters: number,
  channels: number,
  { gamma, beta }: Penalty,
  { linearAlgebra, precision }: LayerServices,
): ComplexMatrix {
  const solved = solveSmaller(response, filters, channels, gamma / beta, linearAlgebra);
  const part = (entry: (channel: number, filter: number) => number): Block => {
    const data: Real = zeros(precision, channels * filters);
    for (let c = 0; c < channels; c++) for (let f = 0; f < filters; f++) data[c * filters + f] = entry(c, f);
    return block(channels, filters, data);
  };
  return {
    re: part((c, f) => solved[2 * c * 2 * filters + 2 * f]!),
    im: part((c, f) => solved[(2 * c + 1) * 2 * filters + 2 * f]!),
    minus: part((c, f) => -solved[(2 * c + 1) * 2 * filters + 2 * f]!),
  };
}
