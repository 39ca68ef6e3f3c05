import type { ConsensusBackend } from '../../../core/consensus.ts';
import { UserError } from '../../../core/errors.ts';
import { median } from './median.ts';
import type { RowFile } from '../rows/row-file.ts';
import { leftOut, type LabelBook } from './label-book.ts';
import type { SampleStore } from './sample-store.ts';

/** Rows from whose features the reference is taken. */
const referenceRows = 64;

/**
 * A number near the mean of every feature: the median of the first rows. All ranks look at the same rows, and so agree without
 * a word.
 */
export async function referenceOf(file: RowFile): Promise<Float64Array> {
  const rows: Float64Array[] = [];
  await file.read(0, file.units, (features) => {
    rows.push(features.slice());
    return rows.length < referenceRows;
  });
  return Float64Array.from({ length: file.cols }, (_, j) => median(rows.map((row) => row[j]!)));
}

/** The unit behind the first rows that are kept, so many of them. */
export async function unitsOf(file: RowFile, rows: number, book: LabelBook): Promise<number> {
  let kept = 0;
  let end = file.units;
  await file.read(0, file.units, (_, label, position, place) => {
    if (label !== undefined && book.code(label, place) === leftOut) return true;
    if (kept++ < rows) return true;
    end = position;
    return false;
  });
  return end;
}

/** Told from time to time how far the reading is. */
export type ReadingProgress = (rows: number, part: number) => void;

/** Rows between two looks at the clock, and milliseconds between two reports. */
const [lookEvery, reportEvery] = [4096, 500] as const;

/** Where the samples of a rank go. */
export interface Destination {
  /** Numbers the labels. */
  readonly book: LabelBook;
  /** The store of a sample, from where it stands in the file. */
  readonly storeOf: (position: number) => SampleStore;
}

/**
 * Reads this rank's share of the rows.
 *
 * @param units - Of the file that are to be read, over all ranks.
 * @throws UserError for a row that is wrong, with its place and the rank.
 */
export async function readShare(
  file: RowFile,
  units: number,
  { rank, size }: ConsensusBackend,
  { book, storeOf }: Destination,
  report: ReadingProgress,
): Promise<void> {
  const [from, to] = [Math.floor((units * rank) / size), Math.floor((units * (rank + 1)) / size)];
  let rows = 0;
  let told = performance.now();
  try {
    await file.read(from, to, (features, label, position, place) => {
      const code = book.code(label!, place);
      if (code !== leftOut) storeOf(position).add(features, code);
      if (++rows % lookEvery === 0 && performance.now() - told > reportEvery) {
        told = performance.now();
        report(rows, (position - from) / Math.max(1, to - from));
      }
      return true;
    });
  } catch (error) {
    if (!(error instanceof UserError) || size === 1) throw error;
    throw new UserError(`${error.message.replace(/\.$/, '')} (found by rank ${rank} of ${size}).`);
  }
  report(rows, 1);
}
