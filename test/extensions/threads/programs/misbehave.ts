import { must } from '../../../../core/errors.ts';
import type { ThreadProgram } from '../../../../extensions/threads/index.ts';

const misdeeds = {
  'misuses something': () => must(false, () => 'gamma is -1, but has to be positive.'),
  throws() {
    throw new TypeError('no such thing');
  },
  async 'throws when nobody looks'() {
    setTimeout(() => {
      throw new Error('too late');
    }, 0);
    await new Promise(() => undefined);
  },
  exits: () => process.exit(3),
  'has nothing left to do': () => new Promise(() => undefined),
  'uses up its memory'() {
    const kept: number[][] = [];
    for (;;) kept.push(Array.from({ length: 10_000 }, (_, i) => i + 0.5));
  },
  'ends before the others': () => undefined,
};

/** What one rank does while the others wait for it. */
export interface Misdeed {
  readonly rank: number;
  readonly how: keyof typeof misdeeds;
}

/** Two sums, and then the others sum for ever. */
export const run: ThreadProgram = async (consensus, data, { post }) => {
  const { rank, how } = data as Misdeed;
  const values = new Float64Array(10);
  consensus.sum(values);
  consensus.sum(values);
  post('under way');
  if (consensus.rank === rank) return misdeeds[how]();
  for (;;) consensus.sum(values);
};
