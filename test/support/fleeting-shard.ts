import { block, type Block, type Shard, type Tile } from '../../core/index.ts';

/** A shard whose tiles are overwritten by the next call, as from disk; takes down what it is asked for. */
export function fleeting(shard: Shard, asked: number[] = []): Shard {
  let last: Tile | undefined;
  return {
    ...shard,
    streamed: true,
    tile(index) {
      asked.push(index);
      for (const { data } of last === undefined ? [] : [last.x, last.y]) data.fill(NaN);
      const { x, y, first } = shard.tile(index);
      const copy = ({ rows, cols, data }: Block): Block => block(rows, cols, data.slice());
      return (last = { x: copy(x), y: copy(y), first });
    },
  };
}
