import { fc, it } from '@fast-check/vitest';
import { describe, expect, it as plainIt } from 'vitest';
import type { ConsensusBackend } from '../../../../core/consensus.ts';
import { serialConsensus } from '../../../../core/consensus.ts';
import type { DataSource } from '../../../../core/data-source.ts';
import type { TrainingData } from '../../../../core/trainer.ts';
import { builtInData, builtInFormats, createDataCatalogue } from '../../../../extensions/data/data-catalogue.ts';
import { openData, prepare, readShares, type ShareRequest } from '../../../../extensions/data/index.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const folder = temporaryFolder();
const catalogue = createDataCatalogue(builtInData, builtInFormats);
let files = 0;
const write = (text: string): string => folder.write(`${files++}.csv`, text);

/** Ranks in one thread, for programs that wait before each call: all rounds of sums, one promise each. */
async function onRanks<T>(size: number, program: (consensus: ConsensusBackend) => Promise<T>): Promise<T[]> {
  // What the ranks give is recorded in one run after the other, until no rank has a new call: every run replays the sums so far.
  const sums: Float64Array[] = [];
  for (;;) {
    const given: (Float64Array | undefined)[] = [];
    const results: T[] = [];
    for (let rank = 0; rank < size; rank++) {
      let call = 0;
      const next = new Error('next');
      const consensus: ConsensusBackend = {
        ...serialConsensus,
        rank,
        size,
        sum(values) {
          const known = sums[call++];
          if (known === undefined) {
            given[rank] = values.slice();
            throw next;
          }
          values.set(known);
        },
        broadcast(values) {
          if (rank > 0) values.fill(0);
          this.sum(values);
        },
      };
      try {
        results.push(await program(consensus));
      } catch (error) {
        if (error !== next) throw error;
      }
    }
    if (results.length === size) return results;
    sums.push(given[0]!.map((_, i) => given.reduce((total, values) => total + values![i]!, 0)));
  }
}

const base: ShareRequest = {
  train: '',
  standardise: true,
  precision: 'float64',
  seed: 1,
  resident: true,
  label: 'last',
};

const rows = fc.array(
  fc.tuple(
    fc.float({ noNaN: true, min: -1000, max: 1000 }),
    fc.float({ noNaN: true, min: -1, max: 1 }),
    fc.constantFrom('a', 'b', 'c'),
  ),
  {
    minLength: 6,
    maxLength: 60,
  },
);

const textOf = (all: readonly (readonly (string | number)[])[]): string =>
  `x,y,kind\n${all.map((row) => row.join(',')).join('\n')}\n`;

/** Inputs and targets of all samples, tile by tile. */
function contents(sources: readonly DataSource[], tileRows: number): { x: number[]; y: number[]; first: number[] } {
  const all = { x: [] as number[], y: [] as number[], first: [] as number[] };
  sources.forEach((source, rank) => {
    const shard = source.shard(rank, sources.length, tileRows);
    for (let index = 0; index < shard.tiles; index++) {
      const { x, y, first } = shard.tile(index);
      all.x.push(...x.data);
      all.y.push(...y.data);
      all.first.push(first);
      expect(x.rows).toBe(Math.min(tileRows, shard.samples - index * tileRows));
    }
  });
  return all;
}

const close = (found: readonly number[], expected: ArrayLike<number>): void => {
  expect(found.length).toBe(expected.length);
  found.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 9));
};

/** What may be done to the features. */
const ways = fc.constantFrom(false, true, 'symlog' as const);

describe('data read in shares', () => {
  it.prop([rows, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 9 }), fc.boolean(), ways], {
    numRuns: 10,
  })(
    'is that of the whole file, on any number of ranks, in memory and on disk',
    async (all, size, tileRows, resident, standardise) => {
      // Every rank needs a sample, and every class too.
      const some = [...all, [1, 1, 'a'], [2, 1, 'b'], [3, 1, 'c'], ...all];
      const path = write(textOf(some));
      const { x, y, classes, preprocessing } = prepare(await openData(path), { standardise, precision: 'float64' });
      const data = await onRanks(size, (consensus) =>
        readShares({ ...base, train: path, resident, standardise }, { catalogue, consensus }),
      );
      for (const { train, classes: found } of data) {
        expect([train.samples, found]).toEqual([some.length, classes]);
      }
      const found = contents(
        data.map(({ train }) => train),
        tileRows,
      );
      close(found.x, x.data);
      expect(found.y).toEqual([...y.data]);
      expect(found.first).toEqual([...found.first].sort((a, b) => a - b));
      expect(found.first[0]).toBe(0);
      expect(data[0]!.preprocessing?.symlog).toBe(preprocessing?.symlog);
      if (standardise !== false)
        close(
          [...data[0]!.preprocessing!.mean, ...data[0]!.preprocessing!.scale],
          [...preprocessing!.mean, ...preprocessing!.scale],
        );
    },
  );

  it.prop([fc.integer({ min: 1, max: 3 }), fc.boolean()], { numRuns: 3 })(
    'holds out the same samples on any number of ranks, and treats them and the test data alike',
    async (size, resident) => {
      const all = Array.from({ length: 400 }, (_, i) => [i, (i * 7) % 11, i % 3 === 0 ? 'a' : 'b']);
      const [path, test] = [write(textOf(all)), write(textOf(all.slice(0, 50)))];
      const request = { ...base, train: path, test, validation: 0.25, resident };
      const [alone] = await onRanks(1, (consensus) => readShares(request, { catalogue, consensus }));
      const together = await onRanks(size, (consensus) => readShares(request, { catalogue, consensus }));
      const part = (data: readonly TrainingData[], which: 'train' | 'validation' | 'test') =>
        contents(
          data.map((each) => each[which]!),
          16,
        );
      for (const which of ['train', 'validation', 'test'] as const) {
        close(part(together, which).x, part([alone!], which).x);
        expect(part(together, which).y).toEqual(part([alone!], which).y);
      }
      const { mean, scale } = alone!.preprocessing!;
      const numbers = (which: 'train' | 'validation'): number[] =>
        part([alone!], which)
          .x.filter((_, i) => i % 2 === 0)
          .map((value) => Math.round(value / scale[0]! + mean[0]!));
      expect([...numbers('train'), ...numbers('validation')].sort((a, b) => a - b)).toEqual(all.map(([i]) => i));
      expect(numbers('validation').length).toBeGreaterThan(60);
      expect(numbers('validation').length).toBeLessThan(140);
    },
  );

  plainIt('keeps the wanted classes, up to a limit', async () => {
    const path = write(textOf(Array.from({ length: 60 }, (_, i) => [i, 0, i % 3])));
    const [data] = await onRanks(1, (consensus) =>
      readShares({ ...base, train: path, classes: [2, 0], limit: 10, standardise: false }, { catalogue, consensus }),
    );
    const { x, y } = contents([data!.train], 100);
    expect(x.filter((_, i) => i % 2 === 0)).toEqual([0, 2, 3, 5, 6, 8, 9, 11, 12, 14]);
    expect(y).toEqual([1, 0, 1, 0, 1, 0, 1, 0, 1, 0]);
    expect(data!.classes).toEqual([2, 0]);
  });

  plainIt('loses no digits of features that are far from zero, in single precision', async () => {
    const path = write('1073741824,a\n1073741825,b\n1073741824,a\n1073741825,b\n');
    for (const resident of [true, false]) {
      const [data] = await onRanks(1, (consensus) =>
        readShares({ ...base, train: path, precision: 'float32', resident }, { catalogue, consensus }),
      );
      expect(contents([data!.train], 3).x).toEqual([-1, 1, -1, 1]);
    }
  });

  plainIt('comes from a folder of files', async () => {
    const { path, write: add } = temporaryFolder();
    add('part-1.csv', '1,2,a\n3,4,b\n');
    add('part-2.csv', '5,6,a\n7,8,b\n9,10,a\n');
    add('README', 'not data');
    const data = await onRanks(2, (consensus) =>
      readShares({ ...base, train: path, standardise: false }, { catalogue, consensus }),
    );
    expect(
      contents(
        data.map(({ train }) => train),
        2,
      ).x,
    ).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  plainIt.each([
    [`${'1,2,a\n'.repeat(99)}5,x,a\n`, 'FILE:100:2: "x" is not a number (found by rank 1 of 2).'],
    [
      '1,2,0.5\n3,4,1\n3,4,1\n',
      'FILE:1: the label is 0.5, not a whole number. This looks like regression, which is not supported yet; if another column holds the classes, name it with `label` (found by rank 0 of 2).',
    ],
    ['1,2,a\n3,4,a\n3,4,a\n', 'FILE: all samples are of one class, a; telling classes apart needs at least two.'],
    ['1,2,a\n1,2,b 11111111111111111111111111111111\n', 'FILE: 2 samples leave none for rank 1 of 2: use fewer ranks.'],
  ])('of %j: %s', async (text, expected) => {
    const path = write(text);
    const failed = onRanks(2, (consensus) => readShares({ ...base, train: path }, { catalogue, consensus }));
    await expect(
      failed.catch((error: unknown) => Promise.reject(new Error((error as Error).message.replace(path, 'FILE')))),
    ).rejects.toThrow(expected);
  });
});
