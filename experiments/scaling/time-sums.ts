import type { ConsensusBackend } from '../../core/consensus.ts';
import type { Rounds } from '../bench/contender.ts';
import { median } from '../bench/median.ts';
import type { Measured } from './all-reduce.ts';

/** Sizes that are summed, in numbers of double precision: 8 bytes to 4 MiB. */
const lengths = [1, 128, 1024, 8192, 65_536, 262_144, 524_288];

/** Median seconds of a sum over the ranks, by size, each summed so many rounds. All ranks call it alike. */
export const timeSums = (consensus: ConsensusBackend, { warm, counted }: Rounds): Measured[] =>
  lengths.map((length) => {
    const values = new Float64Array(length);
    const seconds: number[] = [];
    for (let round = 0; round < warm + counted; round++) {
      const start = performance.now();
      consensus.sum(values);
      if (round >= warm) seconds.push((performance.now() - start) / 1000);
    }
    return { bytes: values.byteLength, seconds: median(seconds) };
  });
