import type { CountingLinearAlgebra } from './counting-linear-algebra.ts';
import type { Evaluator } from './evaluate.ts';
import type { Real } from './block.ts';
import type { Network } from './network.ts';
import type { Observer, RunStart, SweepRecord } from './observer.ts';
import type { Failure, Outcome } from './outcome.ts';
import type { PhaseClock } from './phase-clock.ts';
import type { Sweeper, SweepReport } from './scheme.ts';
import type { StoppingRule } from './stopping-rule.ts';

/** Everything a run needs, ready to go. */
export interface Run {
  readonly network: Network;
  readonly sweeper: Sweeper;
  /** Samples over all ranks. */
  readonly samples: number;
  readonly ranks: number;
  readonly train: Evaluator;
  readonly test?: Evaluator;
  readonly clock: PhaseClock;
  readonly operations: Pick<CountingLinearAlgebra, 'takeOperations'>;
  readonly rules: readonly StoppingRule[];
  readonly observers: readonly Observer[];
  readonly start: RunStart;
  /** End with the weights of the sweep with the lowest training loss. */
  readonly keepBest: boolean;
  /** Ends the run after the sweep at hand. */
  readonly signal?: AbortSignal;
}

/** Accuracy, on the test data where there is any, of the best sweep. */
export interface Best {
  readonly sweep: number;
  readonly accuracy: number;
}

/** How a run ended. The network holds its last good weights, whatever the outcome. */
export interface RunEnd {
  readonly outcome: Outcome;
  /** Why: the stopping rule met, or what failed and what to try. */
  readonly reason: string;
  readonly failure?: Failure;
  /** The last completed sweep. */
  readonly last?: SweepRecord;
  /** The sweep whose weights the network holds: the last one, or the best one kept. */
  readonly kept?: SweepRecord;
  readonly best?: Best;
}

/** Lets timers, signals and other callers have their turn between two sweeps. */
const breathe = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** The records of a run, one per sweep, without end: it knows nothing of stopping or printing. */
async function* sweeps(run: Run): AsyncGenerator<SweepRecord | Failure> {
  let totalSeconds = 0;
  for (let sweep = 1; ; sweep++) {
    run.clock.take();
    run.operations.takeOperations();
    const started = performance.now();
    const report = run.sweeper.sweep();
    const seconds = (performance.now() - started) / 1000;
    if ('outcome' in report) {
      yield { ...report, detail: `sweep ${sweep}, ${report.detail}` };
      return;
    }
    totalSeconds += seconds;
    yield record(run, report, { sweep, seconds, totalSeconds });
    await breathe();
  }
}

type Timing = Pick<SweepRecord, 'sweep' | 'seconds' | 'totalSeconds'>;

function record(run: Run, report: SweepReport, timing: Timing): SweepRecord {
  const operations = run.operations.takeOperations();
  const phases = run.clock.take();
  const elapsed = Math.max(timing.seconds, 1e-9);
  return {
    ...report,
    ...timing,
    train: run.train.score(),
    ...(run.test === undefined ? {} : { test: run.test.score() }),
    phases,
    samplesPerSecond: run.samples / elapsed,
    gflops: (run.ranks * operations) / elapsed / 1e9,
  };
}

/** Weights worth keeping: of the sweep with the lowest training loss so far. */
class BestWeights {
  #record: SweepRecord | undefined;
  #weights: readonly Real[] = [];

  offer(record: SweepRecord, network: Network): void {
    if (this.#record !== undefined && !(record.train.loss < this.#record.train.loss)) return;
    this.#record = record;
    this.#weights = network.copyWeights();
  }

  /** Puts the kept weights back and says which sweep they are of. */
  restore(network: Network): SweepRecord | undefined {
    if (this.#record !== undefined) network.setWeights(this.#weights);
    return this.#record;
  }
}

const betterOf = (best: Best | undefined, { sweep, train, test }: SweepRecord): Best => {
  const { accuracy } = test ?? train;
  return best === undefined || accuracy > best.accuracy ? { sweep, accuracy } : best;
};

/** Sweeps until a stopping rule is met, the run is interrupted, or it fails; tells the observers. */
export async function execute(run: Run): Promise<RunEnd> {
  const bestWeights = run.keepBest ? new BestWeights() : undefined;
  let last: SweepRecord | undefined;
  let best: Best | undefined;
  const finish = async (outcome: Outcome, reason: string, failure?: Failure): Promise<RunEnd> => {
    const kept = bestWeights === undefined ? last : bestWeights.restore(run.network);
    for (const observer of run.observers) await observer.end?.(outcome, last);
    const found = { ...(last && { last }), ...(kept && { kept }), ...(best && { best }) };
    return { outcome, reason, ...(failure && { failure }), ...found };
  };
  for (const observer of run.observers) await observer.start?.(run.start);
  for await (const result of sweeps(run)) {
    if ('outcome' in result) return finish(result.outcome, result.detail, result);
    last = result;
    best = betterOf(best, result);
    bestWeights?.offer(result, run.network);
    for (const observer of run.observers) await observer.sweep?.(result, run.network);
    const reasons = run.rules.map((rule) => rule.met(result)).filter((reason) => reason !== undefined);
    if (reasons.length > 0) return finish('finished', reasons.join('; '));
    if (run.signal?.aborted === true) return finish('interrupted', `interrupted after sweep ${result.sweep}`);
  }
  throw new Error('unreachable: sweeps go on until they fail');
}
