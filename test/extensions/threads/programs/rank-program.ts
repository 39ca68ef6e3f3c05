import type { ThreadProgram } from '../../../../extensions/threads/index.ts';
import type { RankProgram } from '../../../laws/consensus.ts';

/** A program of the laws, sent as text, and the length of its arrays. */
export interface SentProgram {
  readonly text: string;
  readonly length: number;
}

/** Runs the program, and gathers on rank 0 what each rank returned. */
export const run: ThreadProgram = (consensus, data) => {
  const { text, length } = data as SentProgram;
  const program = (0, eval)(`(${text})`) as RankProgram;
  const returned = program(consensus, length);
  const { rank, size } = consensus;
  const all = new Float64Array(size * returned.length);
  // Every entry has one rank's number to which zeros are added, so its bits stay: -0 alone would not.
  all.set(returned, rank * returned.length);
  consensus.sum(all);
  return Array.from({ length: size }, (_, of) =>
    Array.from(all.subarray(of * returned.length, (of + 1) * returned.length)),
  );
};
