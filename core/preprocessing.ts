import type { Block } from './block.ts';
import type { ConsensusBackend } from './consensus.ts';
import { must, UserError } from './errors.ts';

/**
 * What is done to features before training, and to those of every later sample: nothing; `true`, mean 0 and standard deviation 1
 * over the training samples; `symlog`, the same and then {@link symlog}, for features with long tails.
 */
export type Standardising = boolean | 'symlog';

/**
 * $\operatorname{sign}(x) \log(1 + |x|)$, close to $x$ around zero and logarithmic in the tails (Webber, _A bi-symmetric log
 * transformation for wide-range data_, 2013): a few extreme samples then weigh less in the Gram matrices.
 */
export const symlog = (x: number): number => Math.sign(x) * Math.log1p(Math.abs(x));

/** A map of each feature: $x'_j = (x_j - \text{mean}_j) \cdot \text{scale}_j$, and then perhaps its {@link symlog}. */
export interface Preprocessing {
  /** What is subtracted; one number per feature, in the feature's unit. */
  readonly mean: Float64Array;
  /** What is multiplied with afterwards; one number per feature, in one over the feature's unit. */
  readonly scale: Float64Array;
  /** Whether {@link symlog} follows. Default: no. */
  readonly symlog?: boolean | undefined;
}

/** The map that is asked for, from the one that standardises. */
export const asAsked = (standardised: Preprocessing, asked: Standardising): Preprocessing =>
  asked === 'symlog' ? { ...standardised, symlog: true } : standardised;

/** One number by the map of its feature. */
export function mapped({ mean, scale, symlog: compresses }: Preprocessing, value: number, feature: number): number {
  const standardised = (value - mean[feature]!) * scale[feature]!;
  return compresses === true ? symlog(standardised) : standardised;
}

/**
 * Checks that a block holds numbers only.
 *
 * @param name - What the block is called in the message.
 * @throws UserError naming the first NaN or infinity by sample and feature, both counted from 1.
 */
export function mustBeFinite(x: Block, name: string): void {
  const { data, cols } = x;
  for (let i = 0; i < data.length; i++) {
    if (Number.isFinite(data[i])) continue;
    const sample = Math.floor(i / cols) + 1;
    throw new UserError(`${name}: sample ${sample}, feature ${(i % cols) + 1} is ${data[i]}, not a finite number.`);
  }
}

/**
 * First statistic of standardising, a vector of 1 + d numbers whose shares over samples add up:
 * `s[0]` += n, `s[1 + j]` += $\sum_i (x_{ij} - r_j)$.
 */
export function gatherSums(x: Block, reference: Float64Array, s: Float64Array): void {
  const { rows, cols, data } = x;
  s[0]! += rows;
  for (let row = 0, i = 0; row < rows; row++) {
    for (let j = 0; j < cols; j++, i++) s[1 + j]! += data[i]! - reference[j]!;
  }
}

/** Second statistic of standardising, d numbers whose shares add up: `s[j]` += $\sum_i (x_{ij} - \text{mean}_j)^2$. */
export function gatherSquares(x: Block, mean: Float64Array, s: Float64Array): void {
  const { rows, cols, data } = x;
  for (let row = 0, i = 0; row < rows; row++) {
    for (let j = 0; j < cols; j++, i++) {
      const deviation = data[i]! - mean[j]!;
      s[j]! += deviation * deviation;
    }
  }
}

/** Samples that are looked at part by part, as often as it takes. */
export interface SampleParts {
  /** Features of a sample. */
  readonly cols: number;
  /** All samples of this rank, in order; a part is valid until the next one is asked for. */
  parts(): Iterable<Block>;
}

/** Means over all ranks, summed as distances from one sample that all ranks know. */
function summedMeans(samples: SampleParts, consensus: ConsensusBackend) {
  const { cols } = samples;
  const reference = new Float64Array(cols);
  for (const { rows, data } of samples.parts()) {
    if (rows === 0) continue;
    reference.set(data.subarray(0, cols));
    break;
  }
  consensus.broadcast(reference);
  const sums = new Float64Array(1 + cols);
  for (const part of samples.parts()) gatherSums(part, reference, sums);
  consensus.sum(sums);
  const count = sums[0]!;
  must(count > 0, () => 'Standardising needs at least one sample, got none.');
  return { count, mean: reference.map((value, j) => value + sums[1 + j]! / count) };
}

/**
 * The map that gives every feature mean 0 and standard deviation 1 (divided by n) over the samples of all ranks. A feature
 * without spread keeps scale 1, and so becomes 0.
 *
 * Two passes, of which ranks exchange sums alone: $n$ and $\sum_i (x_i - r)$, then $\sum_i (x_i - \text{mean})^2$. The
 * reference $r$ is the first sample of rank 0: means far from zero lose no digits, and the deviations of a constant
 * feature are exactly zero (shifted two-pass algorithm: Chan, Golub and LeVeque 1983).
 *
 * @param samples - This rank's samples, in any precision; all finite.
 * @param consensus - Sums over ranks; every rank makes this call.
 * @throws UserError for no sample at all, or a feature whose spread overflows.
 */
export function standardisationOver(samples: SampleParts, consensus: ConsensusBackend): Preprocessing {
  const { count, mean } = summedMeans(samples, consensus);
  const squares = new Float64Array(samples.cols);
  for (const part of samples.parts()) gatherSquares(part, mean, squares);
  consensus.sum(squares);
  const scale = squares.map((square, j) => {
    must(Number.isFinite(square), () => `Cannot standardise: the values of feature ${j + 1} are too large to square.`);
    const inverse = 1 / Math.sqrt(square / count);
    return Number.isFinite(inverse) ? inverse : 1;
  });
  return { mean, scale };
}

/**
 * {@link standardisationOver} samples in one block.
 *
 * @param x - This rank's samples x features, in any precision.
 * @param consensus - Sums over ranks; every rank makes this call.
 * @throws UserError for a NaN or infinite entry, no sample at all, or a feature whose spread overflows.
 */
export function standardisation(x: Block, consensus: ConsensusBackend): Preprocessing {
  mustBeFinite(x, 'Cannot standardise');
  return standardisationOver({ cols: x.cols, parts: () => [x] }, consensus);
}

/**
 * Applies the map to every sample of `x`, in place.
 *
 * @throws UserError when the number of features differs from the one the map was made for.
 */
export function applyPreprocessing(preprocessing: Preprocessing, x: Block): void {
  const { length } = preprocessing.mean;
  const { rows, cols, data } = x;
  must(cols === length, () => `The preprocessing is for ${length} features, but the data has ${cols}.`);
  for (let row = 0, i = 0; row < rows; row++) {
    for (let j = 0; j < cols; j++, i++) data[i] = mapped(preprocessing, data[i]!, j);
  }
}
