import { allReduceSeconds, fastestAllReduce, type Link } from './all-reduce.ts';

/** A sweep of a scheme on a problem, as far as time depends on it. */
export interface SweepCost {
  /** Samples over all ranks. */
  readonly samples: number;
  /** Core-seconds that a sample takes. */
  readonly perSample: number;
  /** Seconds that every rank spends whatever its samples: factoring and solving the summed statistics. */
  readonly fixed: number;
  /** Bytes of every sum over ranks, in order. */
  readonly messages: readonly number[];
}

/** Machines that are connected. */
export interface Cluster {
  /** Cores of one machine. */
  readonly coresPerNode: number;
  /** Between cores of one machine. */
  readonly inside: Link;
  /** Between machines. */
  readonly between: Link;
  /**
   * Relative standard deviation of a rank's compute time: noise of the system. All wait for the slowest of p, which is about
   * $\sigma \sqrt{2 \ln p}$ above the mean for normal noise.
   */
  readonly jitter: number;
  /** Whether sums may be added in any order, as `MPI_Allreduce` does and nograd does not. Default: false. */
  readonly anyOrder?: boolean;
}

/** Where the time of a sweep goes, in seconds. */
export interface SweepTime {
  /** On the rank's own samples. */
  readonly samples: number;
  /** On what every rank does. */
  readonly fixed: number;
  /** Waiting for the slowest rank. */
  readonly waiting: number;
  /** Summing over ranks. */
  readonly sums: number;
  /** All of it. */
  readonly total: number;
}

/**
 * Seconds of one sum as nograd makes it: inside the machines, each core a slice, and of the slices between the machines, whose cores share
 * the network. In any order: the fastest that MPI libraries have, at both levels.
 */
export function sumSeconds(bytes: number, cores: number, { coresPerNode, inside, between, anyOrder }: Cluster): number {
  const seconds = (ranks: number, link: Link): number =>
    anyOrder === true ? fastestAllReduce(ranks, bytes, link).seconds : allReduceSeconds('in-order', ranks, bytes, link);
  return seconds(Math.min(cores, coresPerNode), inside) + seconds(Math.ceil(cores / coresPerNode), between);
}

/** Predicts the time of a sweep on so many cores, a rank each. */
export function predictSweep(cost: SweepCost, cores: number, cluster: Cluster): SweepTime {
  const { samples: count, perSample, fixed, messages } = cost;
  // Ranks differ by one sample at most, and the one with more decides.
  const samples = Math.ceil(count / cores) * perSample;
  const waiting = samples * cluster.jitter * Math.sqrt(2 * Math.log(cores));
  const sums = messages.reduce((total, bytes) => total + sumSeconds(bytes, cores, cluster), 0);
  return { samples, fixed, waiting, sums, total: samples + fixed + waiting + sums };
}

/** Times as fast as one core, divided by the cores. */
export const efficiency = (cost: SweepCost, cores: number, cluster: Cluster): number =>
  predictSweep(cost, 1, cluster).total / (cores * predictSweep(cost, cores, cluster).total);

/** The largest number of cores, a power of two, at which doubling them still makes a sweep shorter by a tenth. */
export function scalesTo(cost: SweepCost, cluster: Cluster, most: number): number {
  let cores = 1;
  const total = (some: number): number => predictSweep(cost, some, cluster).total;
  while (2 * cores <= most && total(2 * cores) < 0.9 * total(cores)) cores *= 2;
  return cores;
}
