import { token } from './token.ts';

/**
 * Extension point: what ranks do together. Every call is blocking and collective: all ranks make the same calls in the
 * same order with arrays of the same length, and all leave with identical bits.
 *
 * Laws: `consensusLaws` of `nograd/laws`.
 */
export interface ConsensusBackend {
  /** What it is called in reports. */
  readonly name: string;
  /** Which of the ranks this is: 0 to `size - 1`. */
  readonly rank: number;
  /** Number of ranks. */
  readonly size: number;
  /**
   * `values[i]` becomes its sum over all ranks, added in rank order. Where ranks are on several machines a backend may add up each
   * machine's ranks, in rank order, and then the machines: the order follows from the ranks and their places alone.
   */
  sum(values: Float64Array): void;
  /** `values` of every rank become those of rank 0. */
  broadcast(values: Float64Array): void;
  /** Releases what the backend holds; no call may follow. */
  close(): void;
}

/** Container identifier of the one in use. */
export const ConsensusBackend = token<ConsensusBackend>('ConsensusBackend');

/** One rank: its own sums are the sums. */
export const serialConsensus: ConsensusBackend = {
  name: 'serial',
  rank: 0,
  size: 1,
  sum: () => undefined,
  broadcast: () => undefined,
  close: () => undefined,
};
