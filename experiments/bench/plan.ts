import { accuracyPlan, type AccuracyPlan } from './accuracy-plan.ts';
import type { Rounds } from './contender.ts';
import type { ConvolutionCase } from './convolutions.ts';
import type { RecurrentCase } from './recurrences.ts';

/** A network and how many samples it is trained on. */
export interface NetworkCase {
  /** Features, units of the hidden layers, outputs. */
  readonly sizes: readonly number[];
  /** Samples. */
  readonly samples: number;
  /** Samples for the plain kernels, which would take minutes on all of them. */
  readonly fewSamples: number;
}

/** A series of networks that differ in one thing. */
export interface GrowthSeries {
  /** What grows. */
  readonly name: string;
  /** From the smallest to the largest. */
  readonly cases: readonly Pick<NetworkCase, 'sizes' | 'samples'>[];
}

/** What ranks of MPI train, each of them a process. */
export interface RanksPlan {
  /** Features, units of the hidden layers, outputs. */
  readonly sizes: readonly number[];
  /** Samples. */
  readonly samples: number;
  /** Sweeps of a start. */
  readonly sweeps: Rounds;
  /** Starts of every team, one after the other in each round. */
  readonly rounds: number;
}

/** How large everything is, and how often it is done. */
export interface Plan {
  /** The networks of the paper. */
  readonly networks: readonly NetworkCase[];
  /** What grows. */
  readonly growth: readonly GrowthSeries[];
  /** What is trained until it is good enough. */
  readonly accuracy: AccuracyPlan;
  /** Convolutional networks. */
  readonly convolutions: readonly ConvolutionCase[];
  /** Rounds of their sweeps. */
  readonly convolutionRounds: Rounds;
  /** Recurrent networks. */
  readonly recurrences: readonly RecurrentCase[];
  /** Rounds of their sweeps. */
  readonly recurrentRounds: Rounds;
  /** Ranks of MPI. */
  readonly ranks: RanksPlan;
  /** Rounds of sweeps. */
  readonly sweeps: Rounds;
  /** Rounds of sweeps beside the references. */
  readonly references: Rounds;
  /** Rounds of sweeps of the growing networks. */
  readonly growthRounds: Rounds;
  /** Rounds of kernels. */
  readonly kernels: Rounds;
  /** A kernel is called again and again for so many seconds in one turn. */
  readonly kernelSeconds: number;
  /** Rows and columns of the matrices by which the sgemm rate is measured. */
  readonly sgemmSize: number;
}

const upTo = (depth: number): number[] => Array.from({ length: depth }, () => 100);

/** The plan behind `docs/performance.md`. */
export const fullPlan: Plan = {
  networks: [
    { sizes: [28, 300, 1], samples: 200_000, fewSamples: 20_000 },
    { sizes: [648, 100, 50, 1], samples: 120_000, fewSamples: 12_000 },
  ],
  growth: [
    { name: 'samples', cases: [50, 100, 200, 400].map((n) => ({ sizes: [28, 300, 1], samples: 1000 * n })) },
    { name: 'width', cases: [50, 100, 200, 400, 600].map((w) => ({ sizes: [28, w, 1], samples: 100_000 })) },
    { name: 'depth', cases: [1, 2, 3, 4].map((d) => ({ sizes: [28, ...upTo(d), 1], samples: 100_000 })) },
  ],
  accuracy: accuracyPlan,
  convolutions: [
    {
      side: 28,
      samples: 1000,
      layers: [
        { filters: 16, kernel: 5, pool: 2 },
        { filters: 32, kernel: 5, pool: 2 },
      ],
    },
  ],
  convolutionRounds: { warm: 1, counted: 3 },
  recurrences: [
    { steps: 8, features: 2, units: 128, samples: 8000 },
    { steps: 28, features: 28, units: 128, samples: 8000 },
  ],
  recurrentRounds: { warm: 1, counted: 5 },
  ranks: { sizes: [28, 300, 1], samples: 200_000, sweeps: { warm: 20, counted: 8 }, rounds: 3 },
  // Twenty sweeps before the first that counts, two a turn: V8 compiles the hot path in background threads on the workers' cores.
  sweeps: { warm: 10, counted: 11 },
  references: { warm: 1, counted: 5 },
  growthRounds: { warm: 1, counted: 5 },
  kernels: { warm: 2, counted: 15 },
  kernelSeconds: 0.01,
  sgemmSize: 1024,
};

/** The same with fewer rounds and samples, and without Fashion-MNIST: all benchmarks in one run of a quarter of an hour. */
export const shortPlan: Plan = {
  ...fullPlan,
  networks: fullPlan.networks.map((network) => ({ ...network, fewSamples: network.fewSamples / 2 })),
  accuracy: {
    ...accuracyPlan,
    cases: accuracyPlan.cases.filter(({ name }) => name !== 'Fashion-MNIST'),
    rounds: 1,
  },
  sweeps: { warm: 9, counted: 4 },
  references: { warm: 1, counted: 1 },
  growthRounds: { warm: 1, counted: 3 },
  kernels: { warm: 1, counted: 5 },
  convolutionRounds: { warm: 1, counted: 1 },
  recurrences: fullPlan.recurrences.map((one) => ({ ...one, samples: one.samples / 2 })),
  recurrentRounds: { warm: 1, counted: 2 },
  ranks: { ...fullPlan.ranks, sweeps: { warm: 8, counted: 4 }, rounds: 1 },
};

/** `28-300-1`. */
export const nameOf = (sizes: readonly number[]): string => sizes.join('-');
