import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consensusLaws, type RankProgram } from '../../laws/consensus.ts';
import { MpiCrew } from './crew.ts';
import { absence, families } from '../../support/mpi.ts';

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

describe.each(families)('consensus of MPI', (family) => {
  const absent = absence(family);
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
});
