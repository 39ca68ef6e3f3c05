import type { ConsensusBackend } from '../../core/consensus.ts';
import { share } from '../../core/data-source.ts';
import { must } from '../../core/errors.ts';
import { Barrier, barrierBytes } from './barrier.ts';

const bytes = Float64Array.BYTES_PER_ELEMENT;

/** Numbers that a rank gives at a time, 512 KiB: longer parts are hardly faster, shorter ones wait more often. */
const defaultPart = 65536;

/**
 * Memory through which so many ranks agree: two rooms, each of one number and one part of every rank.
 *
 * @param part - Numbers that a rank gives at a time; longer arrays go in several parts. Default: 65536 (512 KiB).
 */
export const consensusMemory = (size: number, part = defaultPart): SharedArrayBuffer =>
  new SharedArrayBuffer(barrierBytes + 2 * size * (1 + part) * bytes);

/** Where ranks leave numbers for each other. */
interface Room {
  /** What each rank is about to do, in one number. */
  readonly calls: Float64Array;
  /** The part of each rank. */
  readonly parts: readonly Float64Array[];
}

function roomIn(memory: SharedArrayBuffer, which: number, size: number, part: number): Room {
  const start = barrierBytes + which * size * (1 + part) * bytes;
  const parts = Array.from({ length: size }, (_, rank) => {
    return new Float64Array(memory, start + (size + rank * part) * bytes, part);
  });
  return { calls: new Float64Array(memory, start, size), parts };
}

const sumCall = (length: number): number => 2 * length;
const broadcastCall = (length: number): number => 2 * length + 1;
const nameOf = (call: number): string => `${call % 2 === 0 ? 'sum' : 'broadcast'} of ${Math.floor(call / 2)} numbers`;

/**
 * Ranks that share memory. A sum is a reduce-scatter: every rank adds up its own slice of the parts of all, in rank order,
 * and then all read the whole, so all leave with the same bits. A rank that waits for one that has closed its backend
 * throws; so do all where one makes another call than the others.
 */
class ThreadConsensus implements ConsensusBackend {
  readonly name = 'threads';
  readonly rank: number;
  readonly size: number;
  readonly #barrier: Barrier;
  readonly #rooms: readonly [Room, Room];
  readonly #part: number;
  #room = 0;

  constructor(memory: SharedArrayBuffer, rank: number, size: number) {
    this.rank = rank;
    this.size = size;
    this.#part = Math.floor((memory.byteLength - barrierBytes) / (2 * size * bytes)) - 1;
    this.#barrier = new Barrier(memory, rank, size);
    this.#rooms = [roomIn(memory, 0, size, this.#part), roomIn(memory, 1, size, this.#part)];
  }

  sum(values: Float64Array): void {
    let from = 0;
    do {
      const part = values.subarray(from, from + this.#part);
      this.#sumPart(part, sumCall(values.length - from));
      from += this.#part;
    } while (from < values.length);
  }

  broadcast(values: Float64Array): void {
    let from = 0;
    do {
      const part = values.subarray(from, from + this.#part);
      this.#broadcastPart(part, broadcastCall(values.length - from));
      from += this.#part;
    } while (from < values.length);
  }

  close(): void {
    this.#barrier.leave();
  }

  #sumPart(values: Float64Array, call: number): void {
    const room = this.#nextRoom();
    const { parts } = room;
    parts[this.rank]!.set(values);
    this.#meet(room, call);
    const { from, to } = share(values.length, this.rank, this.size);
    const total = parts[0]!;
    for (let rank = 1; rank < this.size; rank++) {
      const part = parts[rank]!;
      for (let i = from; i < to; i++) total[i]! += part[i]!;
    }
    this.#barrier.wait();
    values.set(total.subarray(0, values.length));
  }

  #broadcastPart(values: Float64Array, call: number): void {
    const room = this.#nextRoom();
    const given = room.parts[0]!;
    if (this.rank === 0) given.set(values);
    this.#meet(room, call);
    values.set(given.subarray(0, values.length));
  }

  /** Rooms alternate: who writes into one has met all others since they last read there. */
  #nextRoom(): Room {
    this.#room = 1 - this.#room;
    return this.#rooms[this.#room]!;
  }

  /** Waits for all ranks, and holds them to the same call. */
  #meet({ calls }: Room, call: number): void {
    calls[this.rank] = call;
    this.#barrier.wait();
    for (let rank = 1; rank < this.size; rank++) {
      if (calls[rank] === calls[0]) continue;
      throw new Error(`Rank 0 does a ${nameOf(calls[0]!)}, rank ${rank} a ${nameOf(calls[rank]!)}: they must agree.`);
    }
  }
}

/**
 * The consensus of one rank among threads. Give all ranks the same memory, made by {@link consensusMemory} for as many.
 * Its calls block the thread: not for the main thread of a browser.
 *
 * @throws UserError where the rank is not one of them.
 */
export function threadConsensus(memory: SharedArrayBuffer, rank: number, size: number): ConsensusBackend {
  must(Number.isInteger(rank) && rank >= 0 && rank < size, () => `Rank ${rank} is not one of 0 to ${size - 1}.`);
  return new ThreadConsensus(memory, rank, size);
}
