import { fc, it } from '@fast-check/vitest';
import { describe, expect, it as plainIt } from 'vitest';
import { canStream, estimateMemory, fitMemory, type MemoryEstimate, type Room } from '../../core/memory-estimate.ts';
import type { Graph } from '../../core/graph.ts';

/** As much of the paper's Higgs network, 28-300-1, as the estimate looks at. */
const higgs = {
  inputs: 28,
  targets: 1,
  groups: [
    { layer: { statistics: 28 * 28 + 28 * 300, weights: 28 * 300 } },
    { layer: { statistics: 300 * 300 + 300, weights: 300 } },
  ],
} as unknown as Graph;

const bytes = fc.integer({ min: 1, max: 2 ** 50 });

describe('the estimate of memory', () => {
  plainIt('counts the data and the state of the paper’s Higgs run', () => {
    // 10.5 million samples of 28 features and a target, 600 numbers of a and z, 2 of z and lambda: paper.md, section 5.
    const needs = { samples: 10_500_000, others: 0, graph: higgs, precision: 'float32' as const };
    const { data, state } = estimateMemory({ ...needs, state: { needed: 602, spare: 0 } });
    expect(data).toBe(10_500_000 * 29 * 4);
    expect(state).toBe(10_500_000 * 602 * 4);
    const nested = estimateMemory({ ...needs, state: { needed: 0, spare: 0 } });
    expect(nested.state).toBe(0);
    expect(nested.data + nested.rank).toBeLessThan(1.5 * 2 ** 30);
  });

  it.prop([
    fc.record({ data: bytes, state: bytes, rank: fc.integer({ min: 1, max: 2 ** 34 }) }),
    bytes,
    fc.integer({ min: 1, max: 64 }),
  ])('names as many machines as hold the run, and not one more', (estimate: MemoryEstimate, available, ranksHere) => {
    const room = (machines: number): Room => ({ available, ranksHere, ranks: machines * ranksHere });
    const fit = fitMemory(estimate, room(1), false);
    if ('residence' in fit) return;
    const { machines } = fit;
    if (machines === undefined) {
      expect(estimate.rank * ranksHere).toBeGreaterThanOrEqual(available);
      return;
    }
    // To within the rounding of a quotient of large numbers.
    const slack = (some: Room): Room => ({ ...some, available: available * (1 + 1e-9) });
    expect(fitMemory(estimate, slack(room(machines)), false)).toHaveProperty('residence', 'memory');
    if (machines > 2 && machines < 1e6)
      expect(fitMemory(estimate, room(machines - 1), false)).not.toHaveProperty('residence');
  });

  plainIt('leaves samples on disk where the scheme keeps nothing of them and the rest fits', () => {
    const estimate = { data: 1000, state: 0, rank: 10 };
    expect(fitMemory(estimate, { available: 100, ranks: 2, ranksHere: 2 }, true)).toEqual({
      residence: 'disk',
      bytes: 20,
    });
    expect(fitMemory(estimate, { available: 15, ranks: 2, ranksHere: 2 }, true)).toEqual({
      bytes: 1020,
      machines: undefined,
    });
    expect([canStream({ needed: 0, spare: 5 }), canStream({ needed: 1, spare: 0 }), canStream(undefined)]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
