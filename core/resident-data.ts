import { rowsOf, type Block } from './block.ts';
import { share, type DataSource, type Shard, type Tile } from './data-source.ts';
import { must } from './errors.ts';

/** Cuts samples `from` to `to` into tiles: views made once, so that a sweep allocates nothing. */
function residentShard(x: Block, y: Block, from: number, to: number, tileRows: number): Shard {
  const tiles: Tile[] = [];
  for (let first = from; first < to; first += tileRows) {
    const end = Math.min(first + tileRows, to);
    tiles.push({ x: rowsOf(x, first, end), y: rowsOf(y, first, end), first });
  }
  return { samples: to - from, tileRows, tiles: tiles.length, tile: (index) => tiles[index]! };
}

/**
 * Samples that lie in memory. Nothing is copied: tiles are views on `x` and `y`.
 *
 * @param name - What the data is called in messages.
 * @param x - Inputs, samples x features.
 * @param y - Targets, samples x targets.
 * @param shape - Layout of one sample's features. Default: `[x.cols]`.
 * @param ragged - Whether samples are sequences of different lengths, see {@link DataSource.ragged}. Default: no.
 * @throws UserError when `x` and `y` differ in rows, there is no sample, or the shape does not hold the features; and on
 * `shard` when there are fewer samples than ranks.
 */
export function residentData(
  name: string,
  x: Block,
  y: Block,
  shape: readonly number[] = [x.cols],
  ragged = false,
): DataSource {
  must(x.rows === y.rows, () => `Data "${name}" has ${x.rows} rows of inputs, but ${y.rows} rows of targets.`);
  must(x.rows > 0, () => `Data "${name}" has no samples.`);
  must(shape.reduce((size, extent) => size * extent, 1) === x.cols, () => {
    return `Data "${name}": shape ${shape.join(' x ')} does not hold the ${x.cols} features of a sample.`;
  });
  return {
    name,
    samples: x.rows,
    shape,
    ...(ragged && { ragged }),
    targets: y.cols,
    shard(rank, size, tileRows) {
      must(x.rows >= size, () => {
        return `Data "${name}" has fewer samples (${x.rows}) than there are ranks (${size}): use at most ${x.rows}.`;
      });
      must(Number.isInteger(tileRows) && tileRows > 0, () => {
        return `A tile has a whole number of rows, at least 1, got ${tileRows}.`;
      });
      const { from, to } = share(x.rows, rank, size);
      return residentShard(x, y, from, to, tileRows);
    },
  };
}
