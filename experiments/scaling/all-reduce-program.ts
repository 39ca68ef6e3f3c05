import type { ThreadProgram } from '../../extensions/threads/index.ts';
import { median } from '../bench/median.ts';
import type { Measured } from './all-reduce.ts';

/** Sizes that are summed, in numbers of double precision. */
const lengths = [1, 128, 1024, 8192, 65_536, 262_144, 524_288];

/** Sums every length some hundred times; the medians are the result. */
export const run: ThreadProgram = (consensus): Measured[] =>
  lengths.map((length) => {
    const values = new Float64Array(length);
    const seconds: number[] = [];
    for (let round = 0; round < 120; round++) {
      const start = performance.now();
      consensus.sum(values);
      if (round >= 20) seconds.push((performance.now() - start) / 1000);
    }
    return { bytes: values.byteLength, seconds: median(seconds) };
  });
