import type { Phase } from '../../core/phase-clock.ts';
import { interleave, withContenders, type Contender, type Rounds } from './contender.ts';
import type { Context } from './context.ts';
import { median, medianRatio } from './median.ts';
import type { Row } from './row.ts';
import type { SweepContender, SweepTurn } from './sweep-contender.ts';

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
  readonly rates: readonly number[];
}

/** Starts all sweepers and gives them their turns, the machine's sgemm first. */
export async function sweepTogether(
  starts: readonly (() => Promise<SweepContender>)[],
  rounds: Rounds,
  { sgemm, progress }: Context,
): Promise<SweptTogether> {
  return withContenders(starts, async (contenders) => {
    progress(`  ${contenders.map(({ name }) => name).join(' | ')}`);
    const all: Contender<SweepTurn | number>[] = sgemm === undefined ? [...contenders] : [sgemm, ...contenders];
    const turns = await interleave(all, rounds);
    const rates = sgemm === undefined ? [] : (turns.shift() as number[]);
    return { rates, swept: contenders.map((contender, at) => ({ contender, turns: turns[at] as SweepTurn[] })) };
  });
}

/** Seconds of all turns. */
export const secondsOf = ({ turns }: Swept): number[] => turns.map(({ seconds }) => seconds);

function medianPhases(turns: readonly SweepTurn[]): Record<Phase, number> | undefined {
  const phases = turns.flatMap((turn) => turn.phases ?? []);
  if (phases.length === 0) return undefined;
  const names = Object.keys(phases[0]!) as Phase[];
  return Object.fromEntries(names.map((name) => [name, median(phases.map((all) => all[name]))])) as Record<
    Phase,
    number
  >;
}

/** What there is to say of one sweeper by itself. */
export function rowOf(
  benchmark: Row['benchmark'],
  name: string,
  { contender, turns }: Swept,
  rates: readonly number[],
): Row {
  const { backend, workers, samples, setupSeconds } = contender;
  const own = turns.flatMap(({ gflops }) => gflops ?? []);
  const { objective, accuracy } = turns.at(-1)!;
  const phases = medianPhases(turns);
  return {
    benchmark,
    case: name,
    backend,
    workers,
    seconds: median(turns.map(({ seconds }) => seconds)),
    samples,
    ...(own.length > 0 && { gflops: median(own) }),
    ...(own.length > 0 && rates.length > 0 && { sgemmShare: medianRatio(own, rates) / workers }),
    ...(objective !== undefined && { objective }),
    accuracy,
    ...(phases && { phases }),
    ...(setupSeconds !== undefined && { setupSeconds }),
  };
}
