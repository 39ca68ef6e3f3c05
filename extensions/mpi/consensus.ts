import type { ConsensusBackend } from '../../core/consensus.ts';
import { hashOf, plainFailure, RankFailedError, revive } from './failure.ts';
import type { Mpi } from './library.ts';

/** Numbers that travel with the word about the call: an array no longer than this takes one message. */
const ride = 7;
const frame = 1 + ride;

/** Numbers that a rank gives at a time, 1 MiB: longer arrays go in several parts. */
const longestPart = 131_072;

/** Up to so many numbers over all ranks, every rank receives all and adds up for itself: fewer messages, more bytes. */
const gatherAtMost = 8192;

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
 * order: short arrays are gathered by all, of longer ones each rank gathers and adds up its own slice, always in rank
 * order. So a sum depends on the numbers and the number of ranks alone: the same bits with every library and network,
 * and as of worker threads.
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
  readonly #own = new Float64Array(frame);
  readonly #all: Float64Array;
  #work = new Float64Array(0);
  #state: 'joined' | 'failed' | 'lost' = 'joined';

  constructor(mpi: Mpi) {
    this.#mpi = mpi;
    this.rank = mpi.rank;
    this.size = mpi.size;
    this.library = mpi.version;
    this.#all = new Float64Array(mpi.size * frame);
  }

  sum(values: Float64Array): void {
    this.#meet('sum', values);
    if (values.length <= ride) this.#addRides(values);
    else this.#eachPart(values, (part) => this.#sumPart(part));
  }

  broadcast(values: Float64Array): void {
    this.#meet('broadcast', values);
    if (values.length <= ride) values.set(this.#all.subarray(1, 1 + values.length));
    else this.#eachPart(values, (part) => this.#mpi.broadcast(part, 0));
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
    this.#own.fill(0);
    this.#own[0] = -1 - hashOf(failure.message);
    const told = this.#mpi.allgatherLater(this.#own, frame, this.#all);
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
    if (this.#state === 'joined') this.#meet('close', this.#own.subarray(0, 0));
    this.#mpi.barrier();
    this.#mpi.finalize();
  }

  #toTell({ failure }: RankFailedError): Verdict {
    return { error: failure, tells: this.rank === 0 };
  }

  /** Holds all ranks to the same call; what fits rides along. */
  #meet(call: Call, values: Float64Array): void {
    const own = codeOf(call, values.length);
    this.#own[0] = own;
    if (values.length <= ride) this.#own.set(values, 1);
    this.#mpi.allgather(this.#own, frame, this.#all);
    for (let rank = 0; rank < this.size; rank++) {
      const code = this.#all[rank * frame]!;
      if (code === own) continue;
      throw this.#someFailed() ? this.#hear() : this.#disagreement();
    }
  }

  #someFailed(): boolean {
    return this.#all.some((code, index) => index % frame === 0 && code < 0);
  }

  /** All ranks find the same two: the first rank and the first that differs from it. */
  #disagreement(): RankFailedError {
    const codes = this.#all.filter((_, index) => index % frame === 0);
    const other = codes.findIndex((code) => code !== codes[0]);
    const text = `Rank 0 does ${nameOf(codes[0]!)}, rank ${other} ${nameOf(codes[other]!)}: they must agree.`;
    this.#state = 'failed';
    return new RankFailedError(new Error(text));
  }

  /** What the first of the ranks that failed has to say, here `own` where it is this one. */
  #hear(own = ''): RankFailedError {
    this.#state = 'failed';
    const codes = this.#all.filter((_, index) => index % frame === 0);
    const first = codes.findIndex((code) => code < 0);
    const all = codes.every((code) => code === codes[0]);
    const said = this.#say(first === this.rank ? own : '', first);
    const failure = JSON.parse(said) as ReturnType<typeof plainFailure>;
    return new RankFailedError(revive(failure, all ? '' : `Rank ${first} of ${this.size}: `));
  }

  /** A text of one rank, to all. */
  #say(text: string, from: number): string {
    const length = Float64Array.of(text.length);
    this.#mpi.broadcast(length, from);
    const letters = Float64Array.from({ length: length[0]! }, (_, i) => text.charCodeAt(i));
    this.#mpi.broadcast(letters, from);
    return Array.from(letters, (code) => String.fromCharCode(code)).join('');
  }

  #addRides(values: Float64Array): void {
    for (let i = 0; i < values.length; i++) {
      let sum = this.#all[1 + i]!;
      for (let rank = 1; rank < this.size; rank++) sum += this.#all[rank * frame + 1 + i]!;
      values[i] = sum;
    }
  }

  #eachPart(values: Float64Array, act: (part: Float64Array) => void): void {
    for (let from = 0; from < values.length; from += longestPart) act(values.subarray(from, from + longestPart));
  }

  #sumPart(values: Float64Array): void {
    const { length } = values;
    if (this.size <= 2 || this.size * length <= gatherAtMost) {
      const all = this.#workspace(this.size * length);
      this.#mpi.allgather(values, length, all);
      values.set(this.#added(all, length));
      return;
    }
    // Slices of one length: the last ones are padded with what lay there, which no one reads.
    const slice = Math.ceil(length / this.size);
    const work = this.#workspace(2 * this.size * slice);
    const [given, received] = [work.subarray(0, this.size * slice), work.subarray(this.size * slice)];
    given.set(values);
    this.#mpi.alltoall(given, slice, received);
    this.#mpi.allgather(this.#added(received, slice), slice, given);
    values.set(given.subarray(0, length));
  }

  /** The sum of the ranks' numbers, in rank order, in the place of the first rank's. */
  #added(all: Float64Array, length: number): Float64Array {
    const total = all.subarray(0, length);
    for (let rank = 1; rank < this.size; rank++) {
      const from = rank * length;
      for (let i = 0; i < length; i++) total[i]! += all[from + i]!;
    }
    return total;
  }

  /** Made when first needed, and again when a longer array comes: a run's later sweeps allocate nothing. */
  #workspace(length: number): Float64Array {
    if (this.#work.length < length) this.#work = new Float64Array(length);
    return this.#work.subarray(0, length);
  }
}
