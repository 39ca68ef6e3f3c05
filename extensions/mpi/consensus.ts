import type { ConsensusBackend } from '../../core/consensus.ts';
import { hashOf, plainFailure, RankFailedError, revive, type PlainFailure } from './failure.ts';
import type { Mpi } from './library.ts';
import type { OrderedSum } from './ordered-sum.ts';

/** Numbers that are summed or sent at a time, 1 MiB: longer arrays go in several parts. */
const longestPart = 131_072;

/** What a rank is about to do, in one number; failures are below zero. */
const calls = ['sum', 'broadcast', 'close'] as const;
type Call = (typeof calls)[number];
const codeOf = (call: Call, length: number): number => calls.length * length + calls.indexOf(call);
const nameOf = (code: number): string => {
  const length = Math.floor(code / calls.length);
  const call = calls[code % calls.length]!;
  return call === 'close' ? 'its last call' : `a ${call} of ${length} numbers`;
};

/** What all ranks end with after a failure. */
export interface Verdict {
  /** What the rank that failed has thrown, with its number in front. */
  readonly error: Error;
  /** Whether this rank is the one to tell it. */
  readonly tells: boolean;
}

/** How long a rank that has failed waits for the others to come to a call, in milliseconds. */
const patience = 10_000;

const late = Symbol('late');
const pause = (milliseconds: number): Promise<typeof late> =>
  new Promise((resolve) => setTimeout(() => resolve(late), milliseconds).unref());

/**
 * Ranks that are processes, on one machine or many. MPI is left to add nothing itself, as `MPI_Allreduce` may add in any
 * order: see {@link OrderedSum}. So a sum depends on the numbers, the number of ranks and their places on machines alone: the same bits with
 * every library and network, and on one machine as of worker threads.
 *
 * In every call each rank first says what it is about to do. A rank that has failed says so instead, and what: all others
 * then throw {@link RankFailedError}. So they do where one makes another call than the others.
 */
export class MpiConsensus implements ConsensusBackend {
  readonly name = 'mpi';
  readonly rank: number;
  readonly size: number;
  /** Name and version of the library. */
  readonly library: string;
  readonly #mpi: Mpi;
  readonly #sums: OrderedSum;
  /** The code of what this rank is about to do and its negative, and the largest of all ranks. */
  readonly #own = new Float64Array(2);
  readonly #largest = new Float64Array(2);
  readonly #codes: Float64Array;
  #state: 'joined' | 'failed' | 'lost' = 'joined';

  constructor(mpi: Mpi, sums: OrderedSum) {
    this.#mpi = mpi;
    this.#sums = sums;
    this.rank = mpi.rank;
    this.size = mpi.size;
    this.library = mpi.version;
    this.#codes = new Float64Array(mpi.size);
  }

  sum(values: Float64Array): void {
    this.#meet('sum', values.length);
    this.#eachPart(values, (part) => this.#sums.sum(part));
  }

  broadcast(values: Float64Array): void {
    this.#meet('broadcast', values.length);
    this.#eachPart(values, (part) => this.#mpi.broadcast(part, 0));
  }

  /**
   * Tells the other ranks that this one has failed; they throw in their next call. Where they do not come to one for ten
   * seconds, {@link close} ends their processes.
   *
   * @param thrown - What this rank has thrown, also where it is what it heard from another.
   */
  async fail(thrown: unknown): Promise<Verdict> {
    if (thrown instanceof RankFailedError) return this.#toTell(thrown);
    const failure = plainFailure(thrown);
    this.#say(-1 - hashOf(failure.message));
    const told = this.#mpi.largestLater(this.#own, this.#largest);
    if ((await Promise.race([told, pause(patience)])) === late) {
      this.#state = 'lost';
      return { error: revive(failure, `Rank ${this.rank} of ${this.size}: `), tells: true };
    }
    return this.#toTell(this.#hear(JSON.stringify(failure)));
  }

  /**
   * Leaves, when all ranks have come here or heard of a failure.
   *
   * @throws RankFailedError where another rank fails instead.
   */
  close(): void {
    if (this.#state === 'lost') {
      this.#mpi.abort(1);
      return;
    }
    if (this.#state === 'joined') this.#meet('close', 0);
    this.#mpi.barrier();
    this.#mpi.finalize();
  }

  #toTell({ failure }: RankFailedError): Verdict {
    return { error: failure, tells: this.rank === 0 };
  }

  #say(code: number): void {
    this.#own[0] = code;
    this.#own[1] = -code;
  }

  /** Holds all ranks to the same call: the largest and the smallest of their codes are its own. */
  #meet(call: Call, length: number): void {
    const code = codeOf(call, length);
    this.#say(code);
    this.#mpi.largest(this.#own, this.#largest);
    if (this.#largest[0] !== code || this.#largest[1] !== -code) throw this.#hear();
  }

  /** What is wrong where ranks do not meet; all ranks find the same. `said` is this rank's failure, if it has one. */
  #hear(said = ''): RankFailedError {
    this.#state = 'failed';
    this.#mpi.allgather(this.#own, 1, this.#codes);
    const first = this.#codes.findIndex((code) => code < 0);
    if (first < 0) return this.#disagreement();
    const failure = JSON.parse(this.#tell(first === this.rank ? said : '', first)) as PlainFailure;
    const all = this.#codes.every((code) => code === this.#codes[0]);
    return new RankFailedError(revive(failure, all ? '' : `Rank ${first} of ${this.size}: `));
  }

  /** Two ranks that do not do the same: the first, and the first that differs from it. */
  #disagreement(): RankFailedError {
    const codes = this.#codes;
    const other = codes.findIndex((code) => code !== codes[0]);
    const text = `Rank 0 does ${nameOf(codes[0]!)}, rank ${other} ${nameOf(codes[other]!)}: they must agree.`;
    return new RankFailedError(new Error(text));
  }

  /** A text of one rank, to all. */
  #tell(text: string, from: number): string {
    const length = Float64Array.of(text.length);
    this.#mpi.broadcast(length, from);
    const letters = Float64Array.from({ length: length[0]! }, (_, i) => text.charCodeAt(i));
    this.#mpi.broadcast(letters, from);
    return Array.from(letters, (code) => String.fromCharCode(code)).join('');
  }

  #eachPart(values: Float64Array, act: (part: Float64Array) => void): void {
    for (let from = 0; from < values.length; from += longestPart) act(values.subarray(from, from + longestPart));
  }
}
