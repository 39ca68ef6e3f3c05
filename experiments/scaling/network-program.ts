import { joinMpi } from '../../extensions/mpi/index.ts';
import type { Measured } from './all-reduce.ts';
import { sweepSeconds, type Problem } from './measure.ts';
import { timeSums } from './time-sums.ts';

/** What rank 0 prints. */
export interface NetworkTimes {
  /** Sums by size. */
  readonly sums: readonly Measured[];
  /** Median seconds of a sweep, for every problem. */
  readonly sweeps: readonly number[];
}

const problems = JSON.parse(process.argv[2]!) as readonly Problem[];
const consensus = joinMpi();
const sums = timeSums(consensus, { warm: 3, counted: 15 });
const sweeps: number[] = [];
for (const problem of problems) sweeps.push(await sweepSeconds(problem, problem.samples, consensus));
const told: NetworkTimes = { sums, sweeps };
if (consensus.rank === 0) console.log(JSON.stringify(told));
consensus.close();
