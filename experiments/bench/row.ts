import type { Phase } from '../../core/phase-clock.ts';

/** Names of the benchmarks, in the order of a whole run. */
export const benchmarks = [
  'kernels',
  'sweeps',
  'references',
  'growth',
  'accuracy',
  'conv',
  'recurrent',
  'mpi',
] as const;

/** One of the benchmarks. */
export type Benchmark = (typeof benchmarks)[number];

/** One line of `bench-results.json`. Times and rates are medians over the rounds of an interleaved run. */
export interface Row {
  /** The benchmark it belongs to. */
  readonly benchmark: Benchmark;
  /** What was done, e.g. `28-300-1`. */
  readonly case: string;
  /** Who did it: a linear algebra, `numpy`, `torch`, ..., or a method of training. */
  readonly backend: string;
  /** Worker threads; 1 for what runs on one thread. */
  readonly workers: number;
  /** Seconds of one sweep, or of one call of a kernel; CPU seconds of a training. */
  readonly seconds: number;
  /** Seconds of the quickest and of the slowest of several trainings. */
  readonly range?: readonly [least: number, most: number];
  /** Operations of the matrix products per second, over all workers, in 1e9. */
  readonly gflops?: number;
  /** `gflops` of one worker over the machine's sgemm rate on one core, measured in the same rounds. */
  readonly sgemmShare?: number;
  /** Time of another contender over this one's, median over the rounds, by what it is compared with. */
  readonly ratios?: Readonly<Record<string, number>>;
  /** Time and operations over those of the smallest case of a series. */
  readonly growth?: { readonly seconds: number; readonly operations: number };
  /** Samples that were swept, or trained on. */
  readonly samples?: number;
  /** Objective per sample after the last sweep. */
  readonly objective?: number;
  /**
   * Share of the training samples that the deployed network decides right after the last sweep; where there is a target,
   * the best share of the test samples.
   */
  readonly accuracy?: number;
  /** The accuracy at which a training is done. */
  readonly target?: number;
  /** Epochs, sweeps or iterations of a training. */
  readonly passes?: number;
  /** Largest difference from the reference result, relative to its largest number (kernels) or norm (weights). */
  readonly difference?: number;
  /** Seconds of one sweep per phase, on rank 0. */
  readonly phases?: Readonly<Record<Phase, number>>;
  /** Seconds before the first sweep: start values, and the Gram matrix of the inputs. */
  readonly setupSeconds?: number;
  /** Peak resident memory per worker beyond data and per-sample state, in 1e6 bytes. */
  readonly megabytesPerWorker?: number;
  /** Nanoseconds per element of an element-wise kernel. */
  readonly nanosecondsPerElement?: number;
}

/** Whether a training got where it was to get. */
export const attained = ({ accuracy, target }: Row): boolean => accuracy! >= target!;
