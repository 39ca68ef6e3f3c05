import { afterAll, describe, expect, it } from 'vitest';
import { AbandonedError, consensusMemory, threadConsensus } from '../../../extensions/threads/index.ts';
import { consensusLaws } from '../../laws/consensus.ts';
import { unequalCalls } from '../../support/unequal-calls.ts';
import { Crew } from './crew.ts';

/** @param part - Numbers that a rank gives at a time. Default: that of the backend. */
function lawsOf(sizes: readonly number[], part?: number): void {
  for (const size of sizes) {
    const crew = new Crew(size, part);
    consensusLaws((_, program, length) => crew.run(program, length), [size]);
    afterAll(() => crew.end());
  }
}

describe('consensus of threads', () => lawsOf([1, 2, 3, 4]));

describe('consensus of threads, seven numbers at a time', () => lawsOf([3], 7));

describe('a rank of threads', () => {
  it.each(unequalCalls)('is told where one %s', async (_, program, message) => {
    await expect(new Crew(2).run(program, 9)).rejects.toThrow(message);
  });

  it('throws where a rank has closed its backend', () => {
    const memory = consensusMemory(2);
    const first = threadConsensus(memory, 0, 2);
    threadConsensus(memory, 1, 2).close();
    expect(() => first.sum(new Float64Array(1))).toThrow(AbandonedError);
    expect(() => first.broadcast(new Float64Array(1))).toThrow('Rank 0 of 2 waits for a rank that has ended');
  });

  it.each([-1, 2, 0.5])('has no rank %d among two', (rank) => {
    expect(() => threadConsensus(consensusMemory(2), rank, 2)).toThrow(`Rank ${rank} is not one of 0 to 1.`);
  });
});
