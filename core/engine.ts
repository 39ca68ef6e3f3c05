import type { Best } from './best-sweep.ts';
import type { Checkpoints, RunSnapshot } from './checkpoints.ts';
import type { ConsensusBackend } from './consensus.ts';
import type { CountingLinearAlgebra } from './counting-linear-algebra.ts';
import type { Evaluator } from './evaluate.ts';
import { History } from './history.ts';
import type { Network } from './network.ts';
import type { Observer, RunStart, SweepRecord } from './observer.ts';
import { remedies, type Failure, type Outcome } from './outcome.ts';
import type { PhaseClock } from './phase-clock.ts';
import type { Sweeper, SweepReport } from './scheme.ts';
import type { StoppingRule } from './stopping-rule.ts';

/** Everything a run needs, ready to go. */
export interface Run {
  /** The network whose weights the sweeper writes. */
  readonly network: Network;
  /** The scheme at work. */
  readonly sweeper: Sweeper;
  /** Samples over all ranks. */
  readonly samples: number;
  /** Ranks agree through it when to stop. */
  readonly consensus: ConsensusBackend;
  /** Scores the network on the training data. */
  readonly train: Evaluator;
  /** Scores the network on the validation data. */
  readonly validation?: Evaluator;
  /** Scores the network on the test data. */
  readonly test?: Evaluator;
  /** Times the phases of a sweep. */
  readonly clock: PhaseClock;
  /** Counts the operations of a sweep. */
  readonly operations: Pick<CountingLinearAlgebra, 'takeOperations'>;
  /** The run stops when any of these is met. */
  readonly rules: readonly StoppingRule[];
  /** Told in this order. */
  readonly observers: readonly Observer[];
  /** What observers are told first. */
  readonly start: RunStart;
  /** End with the weights of the best sweep: on the validation data, else by the training loss. */
  readonly keepBest: boolean;
  /** Ends the run after the sweep at hand. */
  readonly signal?: AbortSignal;
  /** Where snapshots are kept, and where the one comes from to go on from. */
  readonly checkpoints?: Checkpoints;
  /** Whether the sweeper's state holds numbers of every sample. */
  readonly perSample: boolean;
}

/** How a run ended. The network holds its last good weights, whatever the outcome. */
export interface RunEnd {
  /** How the run ended. */
  readonly outcome: Outcome;
  /** Why: the stopping rule met, or what failed and what to try. */
  readonly reason: string;
  /** What failed, where something did. */
  readonly failure?: Failure;
  /** The last completed sweep. */
  readonly last?: SweepRecord;
  /** The sweep whose weights the network holds: the last one, or the best one where that is kept or the run diverged. */
  readonly kept?: SweepRecord;
  /** The sweep of the highest accuracy: on the validation data where there is any, else on the test or training data. */
  readonly best?: Best;
}

/** Lets timers, signals and other callers have their turn between two sweeps. */
const breathe = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** The records of a run, one per sweep, without end: it knows nothing of stopping or printing. */
async function* sweeps(run: Run, history: History): AsyncGenerator<SweepRecord | Failure> {
  let totalSeconds = history.last?.totalSeconds ?? 0;
  for (let sweep = 1 + (history.last?.sweep ?? 0); ; sweep++) {
    run.clock.take();
    run.operations.takeOperations();
    const before = run.network.copyWeights();
    const started = performance.now();
    const report = run.sweeper.sweep();
    const seconds = (performance.now() - started) / 1000;
    if ('outcome' in report) {
      yield { ...report, detail: `sweep ${sweep}, ${report.detail}` };
      return;
    }
    totalSeconds += seconds;
    const swept = record(run, report, { sweep, seconds, totalSeconds });
    if (!Number.isFinite(swept.train.loss)) {
      run.network.setWeights(before);
      const detail = `sweep ${sweep}, the training loss of the deployed network is ${swept.train.loss}`;
      yield { outcome: 'non-finite', detail };
      return;
    }
    yield history.add(swept, run.network);
    const detail = history.hopeless();
    if (detail !== undefined) {
      yield { outcome: 'diverged', detail };
      return;
    }
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
    ...(run.validation === undefined ? {} : { validation: run.validation.score() }),
    ...(run.test === undefined ? {} : { test: run.test.score() }),
    phases,
    samplesPerSecond: run.samples / elapsed,
    gflops: (run.consensus.size * operations) / elapsed / 1e9,
  };
}

interface Ending {
  readonly outcome: Outcome;
  readonly reason: string;
}

const endings = [undefined, 'finished', 'interrupted'] as const;

/** Whether to end after this sweep. Clocks and signals differ between ranks, so rank 0 decides for all. */
function decide(run: Run, record: SweepRecord): Ending | undefined {
  const reasons = run.rules.map((rule) => rule.met(record)).filter((reason) => reason !== undefined);
  const interrupted = run.signal?.aborted === true;
  const code = Float64Array.of(reasons.length > 0 ? 1 : interrupted ? 2 : 0);
  run.consensus.broadcast(code);
  const outcome = endings[code[0]!];
  if (outcome === undefined) return undefined;
  const reason = outcome === 'finished' ? reasons.join('; ') : `interrupted after sweep ${record.sweep}`;
  return { outcome, reason };
}

function snapshotOf({ network, sweeper, perSample }: Run, { records, bestWeights }: History): RunSnapshot {
  const weights = network.copyWeights();
  return { records, weights, bestWeights: bestWeights.weights, sweeper: sweeper.save(), perSample };
}

/** Takes a run to where a snapshot was made of it. The last of its sweeps is still to be decided on. */
function resume({ network, sweeper, rules }: Run, history: History, snapshot: RunSnapshot): void {
  network.setWeights(snapshot.weights);
  sweeper.restore(snapshot.sweeper);
  history.resume(snapshot);
  for (const record of snapshot.records.slice(0, -1)) for (const rule of rules) rule.met(record);
}

/** Sweeps until a stopping rule is met, the run is interrupted, or it fails; tells the observers. */
export async function execute(run: Run): Promise<RunEnd> {
  const history = new History(run.sweeper.advice);
  const finish = async (outcome: Outcome, reason: string, failure?: Failure): Promise<RunEnd> => {
    const { best, last, bestWeights } = history;
    const kept = run.keepBest || outcome === 'diverged' ? bestWeights.restore(run.network) : last;
    for (const observer of run.observers) await observer.end?.(outcome, last);
    const found = { ...(last && { last }), ...(kept && { kept }), ...(best && { best }) };
    return { outcome, reason, ...(failure && { failure }), ...found };
  };
  const snapshot = await run.checkpoints?.load();
  if (snapshot !== undefined) resume(run, history, snapshot);
  const start = { ...run.start, ...(snapshot && { earlier: snapshot.records }) };
  for (const observer of run.observers) await observer.start?.(start);
  const done = history.last && decide(run, history.last);
  if (done !== undefined) return finish(done.outcome, done.reason);
  for await (const result of sweeps(run, history)) {
    if ('outcome' in result) {
      return finish(result.outcome, `${result.detail}. ${remedies[result.outcome]}`, result);
    }
    for (const observer of run.observers) await observer.sweep?.(result, run.network);
    const ending = decide(run, result);
    await run.checkpoints?.offer({
      record: result,
      ...(ending && { ending: ending.outcome }),
      snapshot: () => snapshotOf(run, history),
    });
    if (ending !== undefined) return finish(ending.outcome, ending.reason);
  }
  throw new Error('unreachable: sweeps go on until they fail');
}
