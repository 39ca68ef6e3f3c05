import { gatherAtMost } from '../../extensions/mpi/ordered-sum.ts';

/** What a message costs: $\alpha + \beta n$ seconds for n bytes, and $\gamma n$ for adding as many up. */
export interface Link {
  /** Seconds of a message without content. */
  readonly latency: number;
  /** Seconds of a byte. */
  readonly perByte: number;
  /** Seconds of adding a byte of one vector to another. */
  readonly addPerByte: number;
}

/** How ranks sum a vector: `in-order` is what nograd does, the others are those of MPI libraries, which add in any order. */
export type Algorithm = 'in-order' | 'tree' | 'recursive-doubling' | 'ring' | 'halving-doubling';

/** Rounds of an algorithm that halves the ranks. */
const rounds = (ranks: number): number => Math.ceil(Math.log2(ranks));

/** The i-th block of every rank to rank i: each to each, or by Bruck's rounds, in which every byte travels half of the rounds. */
const allToAll = (ranks: number, bytes: number, { latency, perByte }: Link): number =>
  Math.min(
    (ranks - 1) * latency + ((ranks - 1) / ranks) * bytes * perByte,
    rounds(ranks) * (latency + (bytes / 2) * perByte),
  );

/** Blocks of so many bytes in all, of every rank to all. */
const allGather = (ranks: number, bytes: number, { latency, perByte }: Link): number =>
  rounds(ranks) * latency + ((ranks - 1) / ranks) * bytes * perByte;

/**
 * All agree that it is the same sum. Then slices are given to who adds them up in rank order, and gathered; of short vectors, and between
 * two, all ranks gather and add the whole.
 */
function inOrder(ranks: number, bytes: number, link: Link): number {
  const agreement = rounds(ranks) * link.latency;
  const added = (ranks - 1) * link.addPerByte * bytes;
  if (ranks === 2 || ranks * bytes <= gatherAtMost * Float64Array.BYTES_PER_ELEMENT)
    return agreement + allGather(ranks, ranks * bytes, link) + added;
  return agreement + allToAll(ranks, bytes, link) + added / ranks + allGather(ranks, bytes, link);
}

const costs: Readonly<Record<Algorithm, (ranks: number, bytes: number, link: Link) => number>> = {
  'in-order': inOrder,
  // Reduced to one rank up a binomial tree, and broadcast down again: what the paper does.
  tree: (ranks, bytes, { latency, perByte, addPerByte }) =>
    rounds(ranks) * (2 * latency + (2 * perByte + addPerByte) * bytes),
  'recursive-doubling': (ranks, bytes, { latency, perByte, addPerByte }) =>
    rounds(ranks) * (latency + (perByte + addPerByte) * bytes),
  ring: (ranks, bytes, { latency, perByte, addPerByte }) =>
    2 * (ranks - 1) * latency + ((ranks - 1) / ranks) * (2 * perByte + addPerByte) * bytes,
  // Rabenseifner's: reduce-scatter by halving, all-gather by doubling.
  'halving-doubling': (ranks, bytes, { latency, perByte, addPerByte }) =>
    2 * rounds(ranks) * latency + ((ranks - 1) / ranks) * (2 * perByte + addPerByte) * bytes,
};

/** All of them. */
export const algorithms = Object.keys(costs) as readonly Algorithm[];

/**
 * Seconds that ranks need to sum a vector, after Thakur, Rabenseifner and Gropp 2005, "Optimization of Collective Communication
 * Operations in MPICH", section 4.
 */
export const allReduceSeconds = (algorithm: Algorithm, ranks: number, bytes: number, link: Link): number =>
  ranks === 1 ? 0 : costs[algorithm](ranks, bytes, link);

/** The fastest algorithm for that many ranks and bytes, as MPI libraries choose theirs. */
export function fastestAllReduce(ranks: number, bytes: number, link: Link): { algorithm: Algorithm; seconds: number } {
  const all = algorithms.map((algorithm) => ({ algorithm, seconds: allReduceSeconds(algorithm, ranks, bytes, link) }));
  return all.reduce((best, other) => (other.seconds < best.seconds ? other : best));
}

/** One measured all-reduce. */
export interface Measured {
  /** Bytes of the vector. */
  readonly bytes: number;
  /** Seconds, e.g. the median of many. */
  readonly seconds: number;
}

/**
 * The link of measured sums of two ranks, $2 \alpha + \beta n$: the agreement and the numbers are a message each way at once, and the
 * addition is part of $\beta$. By least squares of the relative errors, so that short messages count as much as long ones.
 */
export function fitLink(measured: readonly Measured[]): Link {
  let [s, sx, sxx, sy, sxy] = [0, 0, 0, 0, 0];
  for (const { bytes, seconds } of measured) {
    const weight = 1 / seconds ** 2;
    s += weight;
    sx += weight * bytes;
    sxx += weight * bytes ** 2;
    sy += weight * seconds;
    sxy += weight * bytes * seconds;
  }
  const determinant = s * sxx - sx ** 2;
  const perByte = Math.max(0, (s * sxy - sx * sy) / determinant);
  const latency = Math.max(0, (sy - perByte * sx) / s / 2);
  return { latency, perByte, addPerByte: 0 };
}
