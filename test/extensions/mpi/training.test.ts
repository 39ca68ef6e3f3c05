import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serialConsensus } from '../../../core/consensus.ts';
import { MpiCrew } from './crew.ts';
import { absence, families } from '../../support/mpi.ts';
import { run, type TrainedOnRanks } from './programs/train.ts';

const url = new URL('./programs/train.ts', import.meta.url).href;

/** The largest difference of two sets of weights, relative to the largest weight. */
function difference(a: TrainedOnRanks, b: TrainedOnRanks): number {
  const [first, second] = [a.weights.flat(), b.weights.flat()];
  return Math.max(...first.map((weight, i) => Math.abs(weight - second[i]!))) / Math.max(...first.map(Math.abs));
}

const schemes = ['taylor', 'taylor-feasible', 'proximal', 'nested', { name: 'nested', chunk: 40 }] as const;

describe.each(families)('training on ranks of MPI', (family) => {
  const absent = absence(family);
  describe.skipIf(absent !== '').each([2, 4])(`by ${family.name} on %d ranks${absent}`, (size) => {
    let crew: MpiCrew;
    beforeAll(() => {
      crew = new MpiCrew(family, size);
    });
    afterAll(() => crew.end());

    it.each(schemes)('gives by %j the weights of one rank, on all ranks the same bits', async (scheme) => {
      const data = { scheme };
      const all = (await crew.order({ kind: 'module', url, data })) as readonly TrainedOnRanks[];
      const serial = await run(serialConsensus, data);
      for (const each of all) {
        expect(each).toMatchObject({ ranks: size, sweeps: 8 });
        expect(each.weights).toEqual(all[0]!.weights);
      }
      expect(difference(serial, all[0]!)).toBeLessThan(1e-9);
    });
  });
});
