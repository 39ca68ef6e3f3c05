import { availableLinearAlgebras } from './backends.ts';
import type { Context } from './context.ts';
import { medianRatio } from './median.ts';
import { nameOf, type GrowthSeries } from './plan.ts';
import { firstSamples, syntheticProblem } from './problem.ts';
import type { Row } from './row.ts';
import { sweepContender } from './sweep-contender.ts';
import { rowOf, secondsOf, sweepTogether } from './sweep-together.ts';

async function grow({ name, cases }: GrowthSeries, context: Context): Promise<Row[]> {
  context.progress(`growing ${name}`);
  const backend = availableLinearAlgebras()[0]!.name;
  const most = Math.max(...cases.map(({ samples }) => samples));
  const all = syntheticProblem(most, cases[0]!.sizes[0]!);
  const starts = cases.map(({ sizes, samples }) => () => {
    return sweepContender({ sizes, backend, workers: 1, problem: firstSamples(all, samples) });
  });
  const { swept, rates } = await sweepTogether(starts, context.plan.growthRounds, context);
  const rows = swept.map((one, at) => rowOf('growth', `${name}: ${nameOf(cases[at]!.sizes)}`, one, rates));
  const operations = rows.map(({ gflops, seconds }) => gflops! * seconds);
  return rows.map((row, at): Row => {
    const seconds = medianRatio(secondsOf(swept[at]!), secondsOf(swept[0]!));
    return { ...row, growth: { seconds, operations: operations[at]! / operations[0]! } };
  });
}

/** How the time of one sweep grows with the samples, the width and the depth: one worker, the fastest linear algebra. */
export async function benchGrowth(context: Context): Promise<Row[]> {
  const rows: Row[] = [];
  for (const series of context.plan.growth) rows.push(...(await grow(series, context)));
  return rows;
}
