import type { Block } from './block.ts';
import type { ConsensusBackend } from './consensus.ts';
import { must, UserError } from './errors.ts';
import { standardisation, type Preprocessing } from './preprocessing.ts';

/** Whether a whole step of a sample is NaN. */
function isAbsent({ data }: Block, from: number, width: number): boolean {
  for (let i = from; i < from + width; i++) if (!Number.isNaN(data[i])) return false;
  return true;
}

/**
 * Whether samples, sequences of that layout (steps first), differ in length: absent steps are NaN and stand in front.
 *
 * @param name - What the samples are called in messages.
 * @throws UserError for any other number that is not finite, and for a sample without any step.
 */
export function hasAbsentSteps(x: Block, shape: readonly number[], name: string): boolean {
  const steps = shape.length < 2 ? 1 : shape[0]!;
  const width = x.cols / steps;
  let absent = false;
  for (let row = 0; row < x.rows; row++) {
    let first = 0;
    while (first < steps - 1 && isAbsent(x, row * x.cols + first * width, width)) first++;
    absent ||= first > 0;
    for (let i = first * width; i < x.cols; i++) {
      const value = x.data[row * x.cols + i];
      if (Number.isFinite(value)) continue;
      throw new UserError(`${name}: sample ${row + 1}, feature ${i + 1} is ${value}, not a finite number.`);
    }
  }
  return absent;
}

/**
 * The map that gives features mean 0 and standard deviation 1. Of sequences of different lengths, the map is the same for all
 * steps, over all steps that are there: the first steps are few.
 *
 * @param shape - Layout of a sample; of a sequence, steps come first.
 * @param consensus - Sums over ranks; every rank makes this call.
 */
export function standardisationOf(
  x: Block,
  shape: readonly number[] | undefined,
  ragged: boolean,
  consensus: ConsensusBackend,
): Preprocessing {
  if (!ragged || shape === undefined) return standardisation(x, consensus);
  const width = x.cols / shape[0]!;
  const sums = new Float64Array(2 * width);
  eachNumber(x, width, (value, feature) => {
    sums[feature]! += value;
    sums[width + feature]!++;
  });
  consensus.sum(sums);
  const mean = Float64Array.from({ length: width }, (_, feature) => sums[feature]! / sums[width + feature]!);
  const squares = new Float64Array(width);
  eachNumber(x, width, (value, feature) => (squares[feature]! += (value - mean[feature]!) ** 2));
  consensus.sum(squares);
  const scale = squares.map((square, feature) => {
    must(
      Number.isFinite(square),
      () => `Cannot standardise: the values of feature ${feature + 1} are too large to square.`,
    );
    const inverse = 1 / Math.sqrt(square / sums[width + feature]!);
    return Number.isFinite(inverse) ? inverse : 1;
  });
  const everyStep = (values: Float64Array): Float64Array =>
    Float64Array.from({ length: x.cols }, (_, column) => values[column % width]!);
  return { mean: everyStep(mean), scale: everyStep(scale) };
}

/** Visits what is there. */
function eachNumber({ data }: Block, width: number, visit: (value: number, feature: number) => void): void {
  for (let i = 0; i < data.length; i++) if (!Number.isNaN(data[i])) visit(data[i]!, i % width);
}
