import type { ThreadProgram } from '../../extensions/threads/index.ts';
import type { Measured } from './all-reduce.ts';
import { timeSums } from './time-sums.ts';

/** Times sums over threads. */
export const run: ThreadProgram = (consensus): Measured[] => timeSums(consensus, { warm: 20, counted: 100 });
