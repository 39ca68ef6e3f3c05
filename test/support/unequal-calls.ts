import type { RankProgram } from '../laws/consensus.ts';

/** Programs in which ranks do not make the same calls, and what all are told of it, on 9 numbers and at least two ranks. */
export const unequalCalls: readonly [title: string, program: RankProgram, message: string][] = [
  [
    'sums where another broadcasts',
    (backend, length) => {
      const values = new Float64Array(length);
      if (backend.rank === 1) backend.sum(values);
      else backend.broadcast(values);
      return [];
    },
    'Rank 0 does a broadcast of 9 numbers, rank 1 a sum of 9 numbers',
  ],
  [
    'sums more numbers than another',
    (backend, length) => {
      backend.sum(new Float64Array(length + backend.rank));
      return [];
    },
    'Rank 0 does a sum of 9 numbers, rank 1 a sum of 10 numbers',
  ],
];
