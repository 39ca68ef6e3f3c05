import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { block, type Block } from '../../core/block.ts';
import { residentData } from '../../core/resident-data.ts';

/** Row r of the inputs holds r in every column; row r of the targets -r. */
const numbered = (rows: number, cols: number, sign: number): Block =>
  block(
    rows,
    cols,
    Float64Array.from({ length: rows * cols }, (_, i) => sign * Math.floor(i / cols)),
  );

const cut = fc.record({ rows: fc.integer({ min: 1, max: 60 }), tileRows: fc.integer({ min: 1, max: 70 }) });

describe('resident data', () => {
  it.prop([cut, fc.double({ min: 0, max: 1, noNaN: true })])(
    'gives every sample to exactly one tile of one rank, in order',
    ({ rows, tileRows }, part) => {
      const size = 1 + Math.floor(part * (rows - 1));
      const source = residentData('numbers', numbered(rows, 3, 1), numbered(rows, 2, -1));
      let next = 0;
      for (let rank = 0; rank < size; rank++) {
        const shard = source.shard(rank, size, tileRows);
        const before = next;
        for (let index = 0; index < shard.tiles; index++) {
          const { x, y, first } = shard.tile(index);
          expect(first).toBe(next);
          expect(x.rows).toBe(index + 1 < shard.tiles ? tileRows : before + shard.samples - next);
          expect([...x.data]).toEqual(Array.from({ length: 3 * x.rows }, (_, i) => next + Math.floor(i / 3)));
          expect([...y.data]).toEqual(Array.from({ length: 2 * x.rows }, (_, i) => -(next + Math.floor(i / 2))));
          next += x.rows;
        }
        expect(next - before).toBe(shard.samples);
      }
      expect(next).toBe(source.samples);
    },
  );

  it.prop([cut, fc.integer({ min: 1, max: 60 })])(
    'gives ranks shares that differ by one at most',
    ({ rows }, ranks) => {
      const size = Math.min(rows, ranks);
      const source = residentData('numbers', numbered(rows, 1, 1), numbered(rows, 1, 1));
      const shares = Array.from({ length: size }, (_, rank) => source.shard(rank, size, 8).samples);
      expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
      expect(Math.min(...shares)).toBeGreaterThan(0);
    },
  );

  it('makes its tiles once, as views on the given numbers', () => {
    const x = numbered(10, 2, 1);
    const shard = residentData('numbers', x, numbered(10, 1, 1)).shard(1, 2, 2);
    expect(shard.tile(1)).toBe(shard.tile(1));
    expect(shard.tile(1).x.data.buffer).toBe(x.data.buffer);
  });

  it('reports samples, targets and shape, which is flat unless given', () => {
    const source = residentData('numbers', numbered(4, 6, 1), numbered(4, 3, 1));
    expect(source).toMatchObject({ name: 'numbers', samples: 4, targets: 3, shape: [6] });
    expect(residentData('n', numbered(4, 6, 1), numbered(4, 3, 1), [1, 2, 3]).shape).toEqual([1, 2, 3]);
  });

  it('refuses what does not fit, with both numbers', () => {
    const make = (rows: number, targetRows: number, shape?: number[]) => () =>
      residentData('d', numbered(rows, 4, 1), numbered(targetRows, 1, 1), shape);
    expect(make(3, 2)).toThrow('Data "d" has 3 rows of inputs, but 2 rows of targets.');
    expect(make(0, 0)).toThrow('Data "d" has no samples.');
    expect(make(2, 2, [2, 3])).toThrow('Data "d": shape 2 x 3 does not hold the 4 features of a sample.');
    const shard = (size: number, tileRows: number) => () => make(3, 3)().shard(0, size, tileRows);
    expect(shard(5, 1)).toThrow('Data "d" has fewer samples (3) than there are ranks (5): use at most 3.');
    expect(shard(1, 0)).toThrow('A tile has a whole number of rows, at least 1, got 0.');
  });
});
