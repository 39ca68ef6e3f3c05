import { it } from 'vitest';
import type { ConsensusBackend } from '../../core/consensus.ts';
import { mustBeSame } from './law.ts';

/**
 * What every rank does with its backend. Refers to its two arguments alone, so that its text can be sent to another thread
 * or process; what it returns are finite numbers.
 */
export type RankProgram = (backend: ConsensusBackend, length: number) => number[];

/** Runs a program on so many ranks and gives what each returned, in rank order; rejects where one of them failed. */
export type RunRanks = (size: number, program: RankProgram, length: number) => Promise<readonly (readonly number[])[]>;

/** A law of ranks as a value: its sentence, and a check that rejects, with the numbers, where it does not hold. */
export interface RankLaw {
  /** The law as a sentence about ranks. */
  readonly title: string;
  /** Rejects, with the numbers, where the law does not hold. */
  readonly check: () => Promise<void>;
}

const introduce: RankProgram = (backend) => [backend.rank, backend.size];

/** Sums whose bits depend on the order of addition. */
const sumOnce: RankProgram = (backend, length) => {
  const values = Float64Array.from(
    { length },
    (_, i) => Math.sin(i + 1 + 7.3 * backend.rank) * 10 ** (backend.rank % 5),
  );
  backend.sum(values);
  return [...values];
};

/** A sum after a sum of another length, with what the first one gave. */
const sumTwice: RankProgram = (backend, length) => {
  const first = new Float64Array(length).fill(backend.rank + 1);
  backend.sum(first);
  const second = new Float64Array(2 * length + 1).fill((first[0] ?? 0) + backend.rank);
  backend.sum(second);
  backend.sum(first);
  return [...first, ...second];
};

const broadcastOnce: RankProgram = (backend, length) => {
  const values = Float64Array.from({ length }, (_, i) => Math.cos(i + 1 + 100 * backend.rank));
  backend.broadcast(values);
  const own = new Float64Array(length).fill(backend.rank);
  backend.broadcast(own);
  return [...values, ...own];
};

const ranks = (size: number): number[] => Array.from({ length: size }, (_, rank) => rank);
const inRankOrder = (size: number, term: (rank: number) => number): number =>
  ranks(size).reduce((sum, rank) => (rank === 0 ? term(0) : sum + term(rank)), 0);

/** What each program must return on every rank, whichever it is. */
const expectations: { title: string; program: RankProgram; expected: (size: number, length: number) => number[] }[] = [
  {
    title: 'leave a sum over ranks in rank order, bit for bit',
    program: sumOnce,
    expected: (size, length) =>
      ranks(length).map((i) => inRankOrder(size, (rank) => Math.sin(i + 1 + 7.3 * rank) * 10 ** (rank % 5))),
  },
  {
    title: 'can sum again and again, at any length',
    program: sumTwice,
    expected: (size, length) => {
      const first = (size * (size + 1)) / 2;
      const second = inRankOrder(size, (rank) => (length > 0 ? first : 0) + rank);
      return [...ranks(length).map(() => size * first), ...ranks(2 * length + 1).map(() => second)];
    },
  },
  {
    title: 'leave a broadcast with the numbers of rank 0, bit for bit',
    program: broadcastOnce,
    expected: (_, length) => [...ranks(length).map((i) => Math.cos(i + 1)), ...ranks(length).map(() => 0)],
  },
];

/** The laws of a consensus backend on so many ranks, as values. */
export function consensusLawsFor(run: RunRanks, size: number): readonly RankLaw[] {
  const sums = expectations.map(({ title, program, expected }) => ({
    title: `all of ${size} ranks ${title}`,
    async check() {
      for (const length of [0, 1, 2, 5, 1000]) {
        const returned = await run(size, program, length);
        mustBeSame('number of ranks', [returned.length], [size]);
        returned.forEach((values, rank) => {
          mustBeSame(`rank ${rank}, ${length} numbers`, values, expected(size, length));
        });
      }
    },
  }));
  const introduction: RankLaw = {
    title: `${size} ranks know which they are and how many`,
    async check() {
      const returned = await run(size, introduce, 0);
      mustBeSame('number of ranks', [returned.length], [size]);
      returned.forEach((values, rank) => mustBeSame(`rank ${rank}`, values, [rank, size]));
    },
  };
  return [introduction, ...sums];
}

/**
 * Registers the laws of {@link ConsensusBackend} as tests, on each of the given numbers of ranks: sums are in rank order
 * and broadcasts are of rank 0, and all ranks leave with the same bits.
 *
 * @example
 * ```ts
 * describe('my backend', () => consensusLaws(runOnThreads, [1, 2, 3]));
 * ```
 */
export function consensusLaws(run: RunRanks, sizes: readonly number[]): void {
  for (const size of sizes) for (const { title, check } of consensusLawsFor(run, size)) it(title, check);
}
