import type { Observer, SweepRecord } from '../../core/observer.ts';
import { serialConsensus, type ConsensusBackend } from '../../core/consensus.ts';
import { compose } from '../../extensions/cli/composition.ts';
import { openSharedData } from '../../extensions/threads/index.ts';
import { configurationOf } from '../bench/configuration.ts';
import { median } from '../bench/median.ts';
import { syntheticProblem } from '../bench/problem.ts';
import type { SweepCost } from './cluster-model.ts';
import { RecordingConsensus } from './recording-consensus.ts';

/** A network on a number of samples. */
export interface Problem {
  /** What it is called. */
  readonly name: string;
  /** Features, hidden units of every layer. */
  readonly widths: readonly number[];
  /** Samples of the whole problem. */
  readonly samples: number;
  /** Samples that sweeps are timed with: one core has to hold them with their state. */
  readonly timed: readonly [fewer: number, more: number];
}

/** Sweeps before the ones that are timed: V8 compiles what a sweep runs, in threads that ranks share their cores with. */
const [warmUp, timedSweeps] = [20, 9] as const;

async function sweep(
  { widths }: Problem,
  samples: number,
  sweeps: number,
  consensus: ConsensusBackend,
  sees: (record: SweepRecord) => void,
): Promise<void> {
  const source = openSharedData(syntheticProblem(samples, widths[0]!));
  const observer: Observer = {
    sweep(record) {
      sees(record);
    },
  };
  const { trainer } = compose([], consensus);
  const configuration = { ...configurationOf([...widths, 1], 'auto'), stop: { sweeps } };
  await trainer.train(configuration, { train: source, classes: [0, 1] }, { observers: [observer] });
}

/** Median seconds of a sweep, on one core or on the ranks of a consensus. */
export async function sweepSeconds(
  problem: Problem,
  samples: number,
  consensus: ConsensusBackend = serialConsensus,
): Promise<number> {
  const seconds: number[] = [];
  await sweep(problem, samples, warmUp + timedSweeps, consensus, (record) => {
    if (record.sweep > warmUp) seconds.push(record.seconds);
  });
  return median(seconds);
}

/** Bytes of every sum that a later sweep makes, evaluation included. */
export async function sweepMessages(problem: Problem): Promise<number[]> {
  const consensus = new RecordingConsensus();
  let messages: number[] = [];
  await sweep(problem, 2048, 3, consensus, () => (messages = consensus.take()));
  return messages;
}

/** Measures on one core what a sweep costs: seconds of a sample, and what is left for no samples. */
export async function measureCost(problem: Problem): Promise<SweepCost> {
  const [fewer, more] = problem.timed;
  // The longer one first: what V8 has not compiled yet would count as seconds that no number of cores makes shorter.
  const long = await sweepSeconds(problem, more);
  const short = await sweepSeconds(problem, fewer);
  const perSample = (long - short) / (more - fewer);
  const messages = await sweepMessages(problem);
  return { samples: problem.samples, perSample, fixed: Math.max(0, short - perSample * fewer), messages };
}
