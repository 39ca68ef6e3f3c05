import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { serialConsensus, type ConsensusBackend } from '../../core/consensus.ts';
import { consensusLaws, consensusLawsFor, type RunRanks } from '../laws/consensus.ts';

const runOn =
  (backend: ConsensusBackend): RunRanks =>
  (_size, program, length) =>
    Promise.resolve([program(backend, length)]);

const capacity = 4096;

/** A plain backend of threads: every rank has a slot in shared memory, and waits for the others before it reads theirs. */
const rankOfThreads = `
const { parentPort, workerData } = require('node:worker_threads');
const { rank, size, length, capacity, memory, order } = workerData;
const program = eval('(' + workerData.program + ')');
const control = new Int32Array(memory, 0, 2);
const slot = (of) => new Float64Array(memory, 8 + 8 * capacity * of, capacity);
function wait() {
  const round = Atomics.load(control, 1);
  if (Atomics.add(control, 0, 1) === size - 1) {
    Atomics.store(control, 0, 0);
    Atomics.add(control, 1, 1);
    Atomics.notify(control, 1);
  } else while (Atomics.load(control, 1) === round) Atomics.wait(control, 1, round);
}
const backend = {
  rank, size, name: 'threads', close() {},
  sum(values) {
    slot(rank).set(values);
    wait();
    values.set(slot(order[0]).subarray(0, values.length));
    for (const other of order.slice(1)) for (let i = 0; i < values.length; i++) values[i] += slot(other)[i];
    wait();
  },
  broadcast(values) {
    slot(rank).set(values);
    wait();
    values.set(slot(0).subarray(0, values.length));
    wait();
  },
};
parentPort.postMessage(program(backend, length));
`;

/** @param orderOf - In which order a rank adds up. */
const runOnThreads =
  (orderOf: (ranks: number[], rank: number) => number[]): RunRanks =>
  (size, program, length) => {
    const memory = new SharedArrayBuffer(8 + 8 * capacity * size);
    const ranks = Array.from({ length: size }, (_, rank) => rank);
    const answers = ranks.map((rank) => {
      const order = orderOf([...ranks], rank);
      const workerData = { rank, size, length, capacity, memory, order, program: program.toString() };
      const worker = new Worker(rankOfThreads, { eval: true, workerData });
      return new Promise<number[]>((resolve, reject) => worker.once('message', resolve).once('error', reject));
    });
    return Promise.all(answers);
  };

describe('consensus of one rank', () => {
  consensusLaws(runOn(serialConsensus), [1]);
});

describe('consensus of a plain backend of threads', () => {
  consensusLaws(
    runOnThreads((ranks) => ranks),
    [1, 2, 3],
  );
});

/** Titles of the laws that a backend breaks. */
async function brokenBy(run: RunRanks, size: number): Promise<string[]> {
  const results = await Promise.allSettled(consensusLawsFor(run, size).map(({ check }) => check()));
  return consensusLawsFor(run, size).flatMap(({ title }, i) => (results[i]!.status === 'rejected' ? [title] : []));
}

describe('the laws of consensus', () => {
  it.each<[string, Partial<ConsensusBackend>, string]>([
    ['counts itself twice', { sum: (values) => values.forEach((value, i) => (values[i] = 2 * value)) }, 'rank order'],
    ['loses what it broadcasts', { broadcast: (values) => values.fill(0) }, 'broadcast'],
    ['does not know its rank', { rank: 1 }, 'know which they are'],
  ])('catch a rank that %s', async (_, change, title) => {
    const broken = await brokenBy(runOn({ ...serialConsensus, ...change }), 1);
    expect(broken).toContainEqual(expect.stringContaining(title));
  });

  it('catch ranks that add up in an order of their own', async () => {
    const broken = await brokenBy(
      runOnThreads((ranks, rank) => ranks.slice(rank).concat(ranks.slice(0, rank))),
      3,
    );
    expect(broken).toEqual([expect.stringContaining('rank order')]);
  });
});
