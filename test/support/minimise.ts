import { expect } from 'vitest';
import type { Random, Real } from '../../core/index.ts';

const rounding = 1e-10;

/** What a step is said to minimise, and where its random changes come from. */
export interface Minimised {
  /** The cost with all blocks as they are now. */
  objective(): number;
  /** Random numbers for changes. */
  readonly stream: Random;
}

/** Runs a step that must not raise the cost, and whose blocks no change must lower further. */
export function mustMinimise(cost: Minimised, name: string, blocks: readonly Real[], run: () => void): void {
  const { stream } = cost;
  const before = cost.objective();
  run();
  const after = cost.objective();
  const allowed = rounding * (1 + Math.abs(before) + Math.abs(after));
  expect(after, `objective after ${name}, which was ${before}`).toBeLessThanOrEqual(before + allowed);
  for (let trial = 0; trial < 6; trial++) {
    const saved = blocks.map((data) => data.slice());
    const size = 10 ** (4 * stream.uniform() - 3);
    const chosen = blocks[stream.integer(blocks.length)]!;
    if (trial % 2 === 0) for (const data of blocks) data.forEach((x, i) => (data[i] = x + size * stream.normal()));
    else chosen[stream.integer(chosen.length)]! += size * stream.normal();
    const moved = cost.objective();
    expect(moved, `objective after a change of ${size} following ${name}`).toBeGreaterThanOrEqual(after - allowed);
    blocks.forEach((data, i) => data.set(saved[i]!));
  }
}
