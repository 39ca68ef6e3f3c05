import { describe, expect, it } from 'vitest';
import { block, random, ridge, type Failure, type WeightSolver } from '../../../../core/index.ts';
import { GroupStatistics } from '../../../../core/schemes/nested/group-statistics.ts';
import { LowRankInverse } from '../../../../core/schemes/nested/low-rank-inverse.ts';
import { dense, linearAlgebra } from '../../../support/random-network.ts';

const [inputs, outputs, samples] = [300, 70, 200];

/** Statistics of a wide layer with some targets; the scales of the inputs fall by this factor from one to the next. */
function statisticsOf(fall: number, relative: number, bias: boolean): GroupStatistics {
  const stream = random('low rank');
  const layer = dense(inputs, outputs, bias);
  const group = { index: 0, name: 'wide', layer, members: [{ parents: [], head: { kind: 'hidden' } }] };
  const options = { regulariser: ridge(relative), precision: 'float64' } as const;
  const statistics = new GroupStatistics(group as unknown as GroupStatistics['group'], false, options);
  const fill = (cols: number, scale: (col: number) => number): Float64Array =>
    Float64Array.from({ length: samples * cols }, (_, i) => scale(i % cols) * (0.3 + stream.normal()));
  const a = block(
    samples,
    inputs,
    fill(inputs, (col) => fall ** col),
  );
  statistics.addInputs(a);
  statistics.addTargets(
    a,
    block(
      samples,
      outputs,
      fill(outputs, () => 1),
    ),
  );
  return statistics;
}

function solverOf(statistics: GroupStatistics): WeightSolver {
  const solver: WeightSolver | Failure = statistics.solver();
  if ('outcome' in solver) throw new Error(solver.detail);
  return solver;
}

const find = (statistics: GroupStatistics): LowRankInverse | undefined =>
  LowRankInverse.of(
    solverOf(statistics),
    statistics.another(),
    { linearAlgebra, precision: 'float64' },
    random('seed'),
  );

describe('the low-rank form of a weight solver', () => {
  it.each([true, false])('gives nearly the same weights (bias: %s)', (bias) => {
    const statistics = statisticsOf(0.95, 3, bias);
    const exact = new Float64Array(statistics.group.layer.weights);
    statistics.fit(solverOf(statistics), exact);
    const found = new Float64Array(exact.length);
    find(statistics)!.solve(statistics.targets, 2, found);
    const distance = Math.hypot(...found.map((value, i) => value / 2 - exact[i]!));
    expect(distance).toBeLessThan(0.02 * Math.hypot(...exact));
  });

  it('is not used where too many directions would be left out, or without a ridge', () => {
    expect(find(statisticsOf(1, 0.01, true))).toBeUndefined();
    expect(find(statisticsOf(0.95, 0, true))).toBeUndefined();
  });
});
