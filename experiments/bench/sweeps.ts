import { productLinearAlgebras } from './backends.ts';
import { settled } from './contender.ts';
import type { Context } from './context.ts';
import { medianRatio } from './median.ts';
import { memoryOf } from './memory.ts';
import { nameOf, type NetworkCase } from './plan.ts';
import { firstSamples, syntheticProblem } from './problem.ts';
import type { Row } from './row.ts';
import { sweepContender, type SweepContender } from './sweep-contender.ts';
import { rowOf, secondsOf, sweepTogether, type Swept } from './sweep-together.ts';
import { teamSizes } from './team-sizes.ts';

/** How much faster it is than one worker of its backend, and than OpenBLAS on as many workers. */
function ratiosOf(one: Swept, all: readonly Swept[]): Record<string, number> {
  const { backend, workers, samples } = one.contender;
  const ratios: Record<string, number> = {};
  for (const other of all) {
    const { contender } = other;
    if (contender === one.contender || contender.samples !== samples) continue;
    const ratio = medianRatio(secondsOf(other), secondsOf(one));
    if (contender.backend === backend && contender.workers === 1) ratios['one worker'] = ratio;
    if (contender.backend === 'openblas' && contender.workers === workers) ratios['openblas'] = ratio;
  }
  return ratios;
}

/** The fast linear algebras on one worker and on more, and the plain one on a part of the samples. */
function startsOf({ sizes, samples, fewSamples }: NetworkCase): (() => Promise<SweepContender>)[] {
  const problem = syntheticProblem(samples, sizes[0]!);
  const few = { sizes, backend: 'typed-arrays', workers: 1, problem: firstSamples(problem, fewSamples) };
  const setups = productLinearAlgebras().flatMap((backend) =>
    teamSizes().map((workers) => ({ sizes, backend, workers, problem })),
  );
  return [...setups, few].map((setup) => async () => settled(await sweepContender(setup)));
}

async function sweepNetwork(network: NetworkCase, context: Context): Promise<Row[]> {
  const { sizes, samples } = network;
  context.progress(`${nameOf(sizes)}, ${samples} samples`);
  const { swept, rates } = await sweepTogether(startsOf(network), context.plan.sweeps, context);
  const rows = swept.map((one): Row => {
    return { ...rowOf('sweeps', nameOf(sizes), one, rates), ratios: ratiosOf(one, swept) };
  });
  context.progress('  memory');
  const full = rows.filter((row) => row.samples === samples);
  const megabytes = await memoryOf(full.map(({ backend, workers }) => ({ sizes, samples, backend, workers })));
  return rows.map((row) => (full.includes(row) ? { ...row, megabytesPerWorker: megabytes[full.indexOf(row)]! } : row));
}

/** One full sweep of every network, by every backend that is fit for it, on one worker, on two, and on twice as many up to the cores. */
export async function benchSweeps(context: Context): Promise<Row[]> {
  const rows: Row[] = [];
  for (const network of context.plan.networks) rows.push(...(await sweepNetwork(network, context)));
  return rows;
}
