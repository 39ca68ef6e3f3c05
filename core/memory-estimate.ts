import type { Precision } from './block.ts';
import type { Graph } from './graph.ts';
import type { SampleState } from './scheme.ts';

/** What a run keeps in memory, as far as it can be told before it starts. */
export interface MemoryNeeds {
  /** Samples to train on, over all ranks. */
  readonly samples: number;
  /** Samples to validate and to test on, over all ranks. */
  readonly others: number;
  /** The network. */
  readonly graph: Graph;
  /** Numbers that the scheme keeps per sample to train on; undefined where it does not say. */
  readonly state: SampleState | undefined;
  /** Of data and state. */
  readonly precision: Precision;
}

/** Bytes, over all ranks unless said otherwise. */
export interface MemoryEstimate {
  /** Of the samples, inputs and targets. */
  readonly data: number;
  /** Of what the scheme keeps per sample, where the samples are in memory. */
  readonly state: number;
  /** Of every rank, whatever its samples: the program, weights, statistics and work space. */
  readonly rank: number;
}

/** The memory that there is. */
export interface Room {
  /** Bytes that the ranks of one machine may take. */
  readonly available: number;
  /** Ranks of a machine. */
  readonly ranksHere: number;
  /** All ranks. */
  readonly ranks: number;
}

/** Bytes of a rank with an empty network: Node, its heap and compiled kernels (measured: 60 to 90 MB). */
const programBytes = 96 * 2 ** 20;

/** Copies of the statistics that a scheme works on: sums, factors, and what the ranks exchange. */
const statisticsCopies = 5;

/** Copies of the weights: the network's, their directions, momentum, the best ones. */
const weightCopies = 8;

/** Estimates the memory of a run. */
export function estimateMemory({ samples, others, graph, state, precision }: MemoryNeeds): MemoryEstimate {
  const bytes = precision === 'float32' ? 4 : 8;
  const kept = (state?.needed ?? 0) + (state?.spare ?? 0);
  const { statistics, weights } = graph.groups.reduce(
    (sum, { layer }) => ({ statistics: sum.statistics + layer.statistics, weights: sum.weights + layer.weights }),
    { statistics: 0, weights: 0 },
  );
  return {
    data: bytes * (samples + others) * (graph.inputs + graph.targets),
    state: bytes * samples * kept,
    rank: programBytes + 8 * statisticsCopies * statistics + bytes * weightCopies * weights,
  };
}

/** Where the samples of a run are going to be. */
export type Residence = 'memory' | 'disk';

/** Where the samples fit, or what would be needed for them to fit. */
export type Fit =
  | {
      /** In memory, or on disk because memory does not suffice. */
      readonly residence: Residence;
      /** Bytes that a machine needs then. */
      readonly bytes: number;
    }
  | {
      /** Bytes that a machine would need. */
      readonly bytes: number;
      /** Machines like this one that would do; undefined where no number of them does. */
      readonly machines: number | undefined;
    };

/** Bytes of one machine with its part of the samples. */
const onMachine = ({ data, state, rank }: MemoryEstimate, { ranks, ranksHere }: Room): number =>
  ((data + state) * ranksHere) / ranks + rank * ranksHere;

/** Whether a scheme can be given samples that are on disk: it keeps nothing per sample, and says so. */
export const canStream = (state: SampleState | undefined): boolean => state?.needed === 0;

/**
 * Whether samples and state fit into memory; where they do not, whether the samples can stay on disk.
 *
 * @param streams - Whether they can, by the scheme and by the data.
 */
export function fitMemory(estimate: MemoryEstimate, room: Room, streams: boolean): Fit {
  const bytes = onMachine(estimate, room);
  if (bytes <= room.available) return { residence: 'memory', bytes };
  const alone = estimate.rank * room.ranksHere;
  if (streams && alone <= room.available) return { residence: 'disk', bytes: alone };
  const forSamples = room.available - alone;
  const machines = forSamples > 0 ? Math.ceil((estimate.data + estimate.state) / forSamples) : undefined;
  return { bytes, machines };
}
