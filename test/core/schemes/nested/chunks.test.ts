import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { block, random, residentData, share, type DataSource } from '../../../../core/index.ts';
import { ResidentChunks } from '../../../../core/schemes/nested/chunks.ts';
import { PooledChunks } from '../../../../core/schemes/nested/pooled-chunks.ts';
import { fleeting } from '../../../support/fleeting-shard.ts';

/** Data whose row number `i` is `[i]`, with the target `[2 i]`. */
function numbered(samples: number): DataSource {
  const numbers = Float64Array.from({ length: samples }, (_, i) => i);
  return residentData(
    'numbers',
    block(samples, 1, numbers),
    block(
      samples,
      1,
      numbers.map((value) => 2 * value),
    ),
  );
}

interface Drawn {
  readonly rows: number[][];
  readonly sizes: number[];
}

/** The numbers in every chunk of a sweep on one of several ranks. */
function draw(
  samples: number,
  wanted: number,
  sweep: number,
  [rank, ranks]: [number, number],
  tileRows: number,
  fromDisk = false,
  asked: number[] = [],
): Drawn {
  const shard = numbered(samples).shard(rank, ranks, tileRows);
  const options = { wanted, samples };
  const Chunks = fromDisk ? PooledChunks : ResidentChunks;
  const given = fromDisk ? fleeting(shard, asked) : shard;
  const source = new Chunks(given, { inputs: 1, targets: 1 }, 'float64', options);
  source.begin(random(`sweep/${sweep}`));
  const drawn: Drawn = { rows: [], sizes: [] };
  for (let index = 0; index < source.chunks; index++) {
    const { x, y, samples: size } = source.chunk(index);
    expect(x.rows).toBeLessThanOrEqual(source.rows);
    expect([...y.data]).toEqual([...x.data].map((value) => 2 * value));
    drawn.rows.push([...x.data]);
    drawn.sizes.push(size);
  }
  return drawn;
}

const drawings = {
  samples: fc.integer({ min: 1, max: 60 }),
  wanted: fc.integer({ min: 1, max: 80 }),
  tileRows: fc.integer({ min: 1, max: 30 }),
  sweep: fc.nat({ max: 5 }),
};

describe('chunks', () => {
  it.prop(drawings)('hold every sample once in a sweep, in sizes near the one wanted', (given) => {
    const { samples, wanted, tileRows, sweep } = given;
    const { rows, sizes } = draw(samples, wanted, sweep, [0, 1], tileRows);
    expect(rows.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: samples }, (_, i) => i));
    expect(rows.map(({ length }) => length)).toEqual(sizes);
    expect(sizes.length).toBe(Math.max(1, Math.round(samples / wanted)));
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
  });

  it.prop({ ...drawings, ranks: fc.integer({ min: 1, max: 4 }) })('are the same on any number of ranks', (given) => {
    const { samples, wanted, tileRows, sweep, ranks } = given;
    fc.pre(samples >= ranks);
    const one = draw(samples, wanted, sweep, [0, 1], tileRows);
    const parts = Array.from({ length: ranks }, (_, rank) => draw(samples, wanted, sweep, [rank, ranks], tileRows));
    one.rows.forEach((rows, index) => expect(parts.flatMap((part) => part.rows[index]!)).toEqual(rows));
    parts.forEach((part, rank) => {
      const { from, to } = share(samples, rank, ranks);
      expect(part.sizes).toEqual(one.sizes);
      for (const row of part.rows.flat()) expect(row >= from && row < to).toBe(true);
    });
  });

  it.prop({ ...drawings, ranks: fc.integer({ min: 1, max: 4 }) })(
    'that are read from disk hold every sample of the ranks once, and add up to the sizes of one rank',
    ({ samples, wanted, tileRows, sweep, ranks }) => {
      fc.pre(samples >= ranks * Math.max(1, Math.round(samples / wanted)));
      const one = draw(samples, wanted, sweep, [0, 1], tileRows);
      const parts = Array.from({ length: ranks }, (_, rank) =>
        draw(samples, wanted, sweep, [rank, ranks], tileRows, true),
      );
      parts.forEach((part, rank) => {
        const { from, to } = share(samples, rank, ranks);
        const own = Array.from({ length: to - from }, (_, i) => from + i);
        expect(part.rows.flat().sort((a, b) => a - b)).toEqual(own);
        expect(part.sizes).toEqual(one.sizes);
      });
      one.sizes.forEach((size, index) => {
        expect(parts.reduce((sum, part) => sum + part.rows[index]!.length, 0)).toBe(size);
      });
    },
  );

  it('that are read from disk ask for every tile once in a sweep, mostly in order, and mix what they read', () => {
    const asked: number[] = [];
    const { rows } = draw(640, 8, 0, [0, 1], 4, true, asked);
    expect(asked.slice(1).sort((a, b) => a - b)).toEqual(Array.from({ length: 160 }, (_, i) => i));
    const steps = asked.slice(2).filter((tile, i) => tile === asked[i + 1]! + 1);
    expect(steps.length).toBeGreaterThanOrEqual(140);
    for (const chunk of rows) expect(Math.max(...chunk) - Math.min(...chunk)).toBeGreaterThan(16);
    expect(draw(640, 8, 1, [0, 1], 4, true).rows).not.toEqual(rows);
  });

  it('come in another order in every sweep', () => {
    const [first, second] = [0, 1].map((sweep) => draw(50, 10, sweep, [0, 1], 8).rows);
    expect(second).not.toEqual(first);
  });
});
