import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consensusLaws, type RankProgram } from '../../laws/consensus.ts';
import { MpiCrew } from './crew.ts';
import { absence, families } from '../../support/mpi.ts';
import { unequalCalls } from '../../support/unequal-calls.ts';

/** Terms whose sum depends on the order of addition, and what adding them in rank order gives. */
const longSum: RankProgram = (backend, length) => {
  const term = (rank: number, i: number): number => Math.sin(i + 7.3 * rank) * 10 ** rank;
  const values = Float64Array.from({ length }, (_, i) => term(backend.rank, i));
  backend.sum(values);
  let wrong = 0;
  for (let i = 0; i < length; i++) {
    let sum = term(0, i);
    for (let rank = 1; rank < backend.size; rank++) sum += term(rank, i);
    if (values[i] !== sum) wrong++;
  }
  const given = Float64Array.from({ length }, (_, i) => term(backend.rank, i));
  backend.broadcast(given);
  for (let i = 0; i < length; i++) if (given[i] !== term(0, i)) wrong++;
  return [wrong];
};

/** The same where each two neighbours are a machine: they add up first. */
const longSumOfPairs: RankProgram = (backend, length) => {
  const term = (rank: number, i: number): number => Math.sin(i + 7.3 * rank) * 10 ** rank;
  const values = Float64Array.from({ length }, (_, i) => term(backend.rank, i));
  backend.sum(values);
  let wrong = 0;
  for (let i = 0; i < length; i++) {
    let sum = term(0, i) + term(1, i);
    for (let rank = 2; rank < backend.size; rank += 2) sum += term(rank, i) + term(rank + 1, i);
    if (values[i] !== sum) wrong++;
  }
  return [wrong];
};

const lengths = [0, 1, 7, 8, 2731, 300_001];

describe.each(families)('consensus of MPI', (family) => {
  const absent = absence(family);
  describe.skipIf(absent !== '').each([
    { size: 4, machine: 2, order: 'machine by machine', program: longSumOfPairs },
    { size: 6, machine: 2, order: 'machine by machine', program: longSumOfPairs },
    { size: 3, machine: 2, order: 'rank by rank', program: longSum },
    { size: 3, machine: 1, order: 'rank by rank', program: longSum },
  ])(`by ${family.name} on $size ranks, $machine to a machine${absent}`, ({ size, machine, order, program }) => {
    let crew: MpiCrew;
    beforeAll(() => {
      crew = new MpiCrew(family, size, machine);
    });
    afterAll(() => crew.end());

    it.each(lengths)(`sums %d numbers ${order}, bit for bit`, async (length) => {
      expect(await crew.run(program, length)).toEqual(Array.from({ length: size }, () => [0]));
    });
  });
  describe.skipIf(absent !== '').each([1, 2, 3, 4])(`by ${family.name} on %d ranks${absent}`, (size) => {
    let crew: MpiCrew;
    beforeAll(() => {
      crew = new MpiCrew(family, size);
    });
    afterAll(() => crew.end());

    consensusLaws((_, program, length) => crew.run(program, length), [size]);

    it.each([7, 8, 2731, 300_001])(
      'sums and broadcasts %d numbers, in slices and parts where they are many',
      async (length) => {
        expect(await crew.run(longSum, length)).toEqual(Array.from({ length: size }, () => [0]));
      },
    );
  });

  it.skipIf(absent !== '').each(unequalCalls)(
    `tells all ranks of ${family.name} where one %s${absent}`,
    async (_, program, message) => {
      const crew = new MpiCrew(family, 3);
      await expect(crew.run(program, 9)).rejects.toThrow(message);
      await crew.end();
    },
  );
});
