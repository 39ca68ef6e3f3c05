import type { DataSource, Shard } from '../../../core/data-source.ts';
import { must } from '../../../core/errors.ts';

/** The samples of one rank, of which no other rank knows more than their number. */
export interface RankSamples {
  /** What the data is called in messages. */
  readonly name: string;
  /** Samples over all ranks. */
  readonly samples: number;
  /** Layout of one sample's features. */
  readonly shape: readonly number[];
  /** Targets of one sample. */
  readonly targets: number;
  /** Whose samples these are. */
  readonly rank: number;
  /** Number of ranks. */
  readonly size: number;
  /** Cuts them into tiles. */
  readonly shardOf: (tileRows: number) => Shard;
}

/** Samples that every rank has read for itself: it gives out the shard of its own rank alone. */
export function rankData({ rank, size, shardOf, ...facts }: RankSamples): DataSource {
  return {
    ...facts,
    shard(wanted, ranks, tileRows) {
      if (wanted !== rank || ranks !== size) {
        throw new Error(`Rank ${rank} of ${size} has no samples of rank ${wanted} of ${ranks}.`);
      }
      must(Number.isInteger(tileRows) && tileRows > 0, () => {
        return `A tile has a whole number of rows, at least 1, got ${tileRows}.`;
      });
      return shardOf(tileRows);
    },
  };
}
