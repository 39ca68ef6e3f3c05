import { block, type Block, type Real } from '../../core/block.ts';
import type { LayerServices } from '../../core/layer-solver.ts';
import type { Image } from './geometry.ts';

const product = { transpose: false, keep: 0 } as const;

/** Numbers of a group of samples that is transformed at a time. */
const groupNumbers = 2 ** 18;

/** Transformed samples, frequency by frequency; frequencies that follow from others by symmetry are left out. */
export interface Spectrum {
  /** Real part at a frequency: samples x channels. */
  re(frequency: number): Block;
  /** Imaginary part. */
  im(frequency: number): Block;
  /** All numbers: frequencies down x (real, imaginary) x frequencies across x samples x channels. */
  readonly data: Real;
  /** Channels of a sample. */
  readonly channels: number;
}

/**
 * The discrete Fourier transform of small images, by products with its matrices, one for each side: any size, exact, and for the
 * sides of images faster than the fast transform, for products run at the speed of the linear algebra
 * (`docs/decisions/0009-convolution.md`). $\hat a(u, v) = \sum a(y, x) e^{-2 \pi i (u y / h + v x / w)}$.
 */
export class FourierTransform {
  /** The frequencies (down, across) that are kept. */
  readonly frequencies: readonly (readonly [number, number])[];
  readonly #image: Image;
  readonly #services: LayerServices;
  /** Frequencies down that are kept: half of them and one. */
  readonly #half: number;
  readonly #down: Block;
  readonly #across: Block;
  readonly #downBack: Block;
  readonly #acrossBack: Block;

  constructor(image: Image, services: LayerServices) {
    const { height, width } = image;
    const half = Math.floor(height / 2) + 1;
    const matrix = (rows: number, cols: number, entry: (row: number, col: number) => number): Block => {
      const data = services.linearAlgebra.allocate(services.precision, rows * cols);
      for (let row = 0; row < rows; row++)
        for (let col = 0; col < cols; col++) data[row * cols + col] = entry(row, col);
      return block(rows, cols, data);
    };
    const turn = (product: number, size: number): number => (2 * Math.PI * (product % size)) / size;
    const [cosine, sine] = [Math.cos, Math.sin];
    this.#image = image;
    this.#services = services;
    this.#half = half;
    this.frequencies = Array.from({ length: half * width }, (_, i) => [Math.floor(i / width), i % width] as const);
    // Rows go in pairs: real, imaginary.
    this.#down = matrix(2 * half, height, (row, y) => {
      const angle = turn((row >> 1) * y, height);
      return row % 2 === 0 ? cosine(angle) : -sine(angle);
    });
    this.#across = matrix(2 * width, 2 * width, (row, col) => {
      const angle = turn((row % width) * (col % width), width);
      if (row < width === col < width) return cosine(angle);
      return row < width ? sine(angle) : -sine(angle);
    });
    this.#acrossBack = matrix(2 * width, 2 * width, (row, col) => {
      const angle = turn((row % width) * (col % width), width);
      if (row < width === col < width) return cosine(angle) / width;
      return (row < width ? -sine(angle) : sine(angle)) / width;
    });
    // What is left out is the conjugate of what is kept, and counts through its real part.
    this.#downBack = matrix(height, 2 * half, (y, col) => {
      const u = col >> 1;
      const angle = turn(u * y, height);
      const twice = u === 0 || 2 * u === height ? 1 : 2;
      return ((col % 2 === 0 ? cosine(angle) : -sine(angle)) * twice) / height;
    });
  }

  /** Some samples at a time, so that work space does not grow with them. */
  eachGroup(rows: number, channels: number, visit: (from: number, to: number) => void): void {
    const { height, width } = this.#image;
    const group = Math.max(1, Math.floor(groupNumbers / (height * width * channels)));
    for (let from = 0; from < rows; from += group) visit(from, Math.min(rows, from + group));
  }

  /** Room for the transform of so many samples. */
  empty(samples: number, channels: number): Spectrum {
    const { width } = this.#image;
    const data = this.#make(2 * this.#half * width * samples * channels);
    const size = samples * channels;
    const at = (frequency: number, imaginary: number): Block => {
      const [down, across] = this.frequencies[frequency]!;
      const start = ((2 * down + imaginary) * width + across) * size;
      return block(samples, channels, data.subarray(start, start + size));
    };
    return { data, channels, re: (frequency) => at(frequency, 0), im: (frequency) => at(frequency, 1) };
  }

  /** The transform of rows `from` to `to` of a block of images with so many channels, which lie together. */
  forward({ data, cols }: Block, from: number, to: number, channels: number): Spectrum {
    const { height, width } = this.#image;
    const samples = to - from;
    const size = samples * channels;
    const images = block(height, width * size, this.#make(height * width * size));
    for (let sample = 0; sample < samples; sample++) {
      for (let pixel = 0; pixel < height * width; pixel++) {
        const source = (from + sample) * cols + pixel * channels;
        const target = pixel * size + sample * channels;
        for (let c = 0; c < channels; c++) images.data[target + c] = data[source + c]!;
      }
    }
    const lines = block(2 * this.#half, width * size, this.#make(2 * this.#half * width * size));
    this.#services.linearAlgebra.multiply(this.#down, images, product, lines);
    const spectrum = this.empty(samples, channels);
    this.#everyLine(this.#across, lines.data, spectrum.data, size);
    return spectrum;
  }

  /** Adds the images of a spectrum to rows `from` to `to` of `a`. */
  addInverse(spectrum: Spectrum, channelsFirst: boolean, a: Block, from: number, to: number): void {
    const { height, width } = this.#image;
    const { channels } = spectrum;
    const samples = to - from;
    const size = samples * channels;
    const lines = block(2 * this.#half, width * size, this.#make(2 * this.#half * width * size));
    this.#everyLine(this.#acrossBack, spectrum.data, lines.data, size);
    const images = block(height, width * size, this.#make(height * width * size));
    this.#services.linearAlgebra.multiply(this.#downBack, lines, product, images);
    const [pixelStep, channelStep] = channelsFirst ? [1, height * width] : [channels, 1];
    for (let sample = 0; sample < samples; sample++) {
      for (let pixel = 0; pixel < height * width; pixel++) {
        const source = pixel * size + sample * channels;
        const target = (from + sample) * a.cols + pixel * pixelStep;
        for (let c = 0; c < channels; c++) a.data[target + c * channelStep]! += images.data[source + c]!;
      }
    }
  }

  /** The transform across, for every frequency down: real parts over imaginary ones. */
  #everyLine(matrix: Block, source: Real, target: Real, size: number): void {
    const { width } = this.#image;
    const length = 2 * width * size;
    for (let down = 0; down < this.#half; down++) {
      const part = (data: Real): Block => block(2 * width, size, data.subarray(down * length, (down + 1) * length));
      this.#services.linearAlgebra.multiply(matrix, part(source), product, part(target));
    }
  }

  #make(length: number): Real {
    return this.#services.precision === 'float32' ? new Float32Array(length) : new Float64Array(length);
  }
}
