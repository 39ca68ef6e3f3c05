import { serialConsensus, type ConsensusBackend } from '../../core/consensus.ts';

/** One rank that thinks it is one of two: writes down what it would send, and sums with zeros. */
export class RecordingConsensus implements ConsensusBackend {
  readonly name = 'recording';
  readonly rank = 0;
  readonly size: number;
  /** Bytes of every sum since {@link take}. */
  #bytes: number[] = [];

  constructor(size = 2) {
    this.size = size;
  }

  sum(values: Float64Array): void {
    this.#bytes.push(values.byteLength);
  }

  broadcast(values: Float64Array): void {
    serialConsensus.broadcast(values);
  }

  close(): void {
    this.#bytes = [];
  }

  /** The messages so far, which are forgotten. */
  take(): number[] {
    const taken = this.#bytes;
    this.#bytes = [];
    return taken;
  }
}
