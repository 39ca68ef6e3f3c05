import type { Block } from './block.ts';

/** Some consecutive samples: inputs `x` (rows x inputs) and targets `y` (rows x targets). */
export interface Tile {
  /** Inputs, rows x inputs. */
  readonly x: Block;
  /** Targets, rows x targets. */
  readonly y: Block;
  /** Number of the tile's first sample, counted over all ranks. */
  readonly first: number;
}

/** The samples of one rank, cut into tiles. */
export interface Shard {
  /** Samples of this rank. */
  readonly samples: number;
  /** Rows of every tile but the last, which may have fewer. */
  readonly tileRows: number;
  /** Number of tiles. */
  readonly tiles: number;
  /** Whether the samples are read from disk in every pass. Tiles are then best asked for in order. Default: no. */
  readonly streamed?: boolean;
  /** The i-th tile, valid until the next call; a resident shard returns views that stay valid. */
  tile(index: number): Tile;
}

/** Extension point: samples with their targets, resident in memory or read from disk. */
export interface DataSource {
  /** What the data is called in messages. */
  readonly name: string;
  /** Samples over all ranks. */
  readonly samples: number;
  /** Layout of one sample's features, e.g. `[784]` or `[1, 28, 28]`. */
  readonly shape: readonly number[];
  /** Whether samples are sequences (steps x features) of different lengths, whose first steps are NaN where they are absent. */
  readonly ragged?: boolean;
  /** Targets of one sample: 1 for two classes, else one per class. */
  readonly targets: number;
  /** The part of one rank: consecutive samples, ranks in order. Sizes differ by one at most where the samples are resident. */
  shard(rank: number, size: number, tileRows: number): Shard;
}

/** Half-open range of samples. */
export interface Share {
  /** First sample. */
  readonly from: number;
  /** Sample after the last. */
  readonly to: number;
}

/** A rank's share of the samples. */
export function share(samples: number, rank: number, size: number): Share {
  return { from: Math.floor((samples * rank) / size), to: Math.floor((samples * (rank + 1)) / size) };
}
