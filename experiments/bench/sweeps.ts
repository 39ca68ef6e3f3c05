import type { Phase } from '../../core/phase-clock.ts';
import { availableLinearAlgebras } from './backends.ts';
import { interleave, withContenders, type Contender } from './contender.ts';
import { median, medianRatio } from './median.ts';
import { memoryOf } from './memory.ts';
import { nameOf, type NetworkCase, type Plan } from './plan.ts';
import { firstSamples, syntheticProblem } from './problem.ts';
import type { Row } from './row.ts';
import { sgemmRate, type SgemmRate } from './sgemm.ts';
import { sweepContender, type SweepContender, type SweepSetup, type SweepTurn } from './sweep-contender.ts';

/** Told what is going on. */
export type Progress = (line: string) => void;

/** A sweeper and all its turns that count. */
export interface Swept {
  /** Who swept. */
  readonly contender: SweepContender;
  /** One a round. */
  readonly turns: readonly SweepTurn[];
}

/** What all sweeps of one interleaved run are, and the sgemm rates measured between them. */
export interface SweptTogether {
  /** In the order of their turns. */
  readonly swept: readonly Swept[];
  /** One a round; none where the machine has no sgemm. */
  readonly sgemm: readonly number[];
}

/** Starts all sweepers and gives them their turns, the machine's sgemm first. */
export async function sweepTogether(
  starts: readonly (() => Promise<SweepContender>)[],
  plan: Plan,
  progress: Progress,
): Promise<SweptTogether> {
  const rate: SgemmRate | undefined = sgemmRate(plan.sgemmSize);
  return withContenders(starts, async (contenders) => {
    progress(`  ${contenders.map(({ name }) => name).join(' | ')}`);
    const all: Contender<SweepTurn | number>[] = rate === undefined ? [...contenders] : [rate, ...contenders];
    const turns = await interleave(all, plan.sweeps);
    const sgemm = rate === undefined ? [] : (turns.shift() as number[]);
    return { sgemm, swept: contenders.map((contender, at) => ({ contender, turns: turns[at] as SweepTurn[] })) };
  });
}

/** Seconds of all turns. */
export const secondsOf = ({ turns }: Swept): number[] => turns.map(({ seconds }) => seconds);

function medianPhases(turns: readonly SweepTurn[]): Record<Phase, number> | undefined {
  const phases = turns.flatMap((turn) => turn.phases ?? []);
  if (phases.length === 0) return undefined;
  const names = Object.keys(phases[0]!) as Phase[];
  return Object.fromEntries(names.map((name) => [name, median(phases.map((all) => all[name]))])) as Record<Phase, number>;
}

/** What there is to say of one sweeper by itself. */
export function rowOf(benchmark: Row['benchmark'], name: string, { contender, turns }: Swept, sgemm: readonly number[]): Row {
  const { backend, workers, samples, setupSeconds } = contender;
  const rates = turns.flatMap(({ gflops }) => gflops ?? []);
  const { objective, accuracy } = turns.at(-1)!;
  const phases = medianPhases(turns);
  return {
    benchmark,
    case: name,
    backend,
    workers,
    seconds: median(turns.map(({ seconds }) => seconds)),
    samples,
    ...(rates.length > 0 && { gflops: median(rates) }),
    ...(rates.length > 0 && sgemm.length > 0 && { sgemmShare: medianRatio(rates, sgemm) / workers }),
    ...(objective !== undefined && { objective }),
    accuracy,
    ...(phases && { phases }),
    ...(setupSeconds !== undefined && { setupSeconds }),
  };
}

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

async function sweepNetwork({ sizes, samples, fewSamples }: NetworkCase, plan: Plan, progress: Progress): Promise<Row[]> {
  progress(`${nameOf(sizes)}, ${samples} samples`);
  const problem = syntheticProblem(samples, sizes[0]!);
  const fast = availableLinearAlgebras().filter(({ name }) => name === 'openblas' || name === 'wasm');
  const setups: SweepSetup[] = fast.flatMap(({ name: backend }) =>
    [1, 2].map((workers) => ({ sizes, backend, workers, problem })),
  );
  const few = firstSamples(problem, fewSamples);
  setups.push({ sizes, backend: 'typed-arrays', workers: 1, problem: few });
  const starts = setups.map((setup) => () => sweepContender(setup));
  const { swept, sgemm } = await sweepTogether(starts, plan, progress);
  const rows = swept.map((one): Row => {
    const ratios = ratiosOf(one, swept);
    return { ...rowOf('sweeps', nameOf(sizes), one, sgemm), ...(Object.keys(ratios).length > 0 && { ratios }) };
  });
  const measured: Row[] = [];
  for (const row of rows) {
    if (row.samples !== samples) measured.push(row);
    else measured.push({ ...row, megabytesPerWorker: await memoryOf({ sizes, samples, backend: row.backend, workers: row.workers }) });
  }
  return measured;
}

/** One full sweep of every network, by every backend that is fit for it, on one worker and on two. */
export async function benchSweeps(plan: Plan, progress: Progress): Promise<Row[]> {
  const rows: Row[] = [];
  for (const network of plan.networks) rows.push(...(await sweepNetwork(network, plan, progress)));
  return rows;
}
