import type { Trainer, TrainingData } from '../../../core/trainer.ts';
import { stoppingRules } from '../../../core/stopping.ts';
import type { SweepRecord } from '../../../core/observer.ts';
import {
  isComplete,
  readRun,
  type RunEnding,
  type RunHeader,
  type RunLog,
  type RunRecord,
} from '../../report/index.ts';
import { trainingOf } from '../run-file.ts';
import { trainOnThreads, workersFor } from '../train-on-threads.ts';
import { versions } from '../versions.ts';
import type { Program } from './define.ts';
import type { ExperimentDataReader } from './experiment-data.ts';
import { LogWriter } from './log-writer.ts';
import { thisMachine } from './machine.ts';
import type { PlannedRun } from './planned-run.ts';

/** What runs are performed with. */
export interface Performer {
  /** Trains. */
  readonly trainer: Trainer;
  /** Reads data. */
  readonly data: ExperimentDataReader;
  /** Ends the run at hand. */
  readonly signal: AbortSignal;
  /** Told of every record, and of those of the run that were there already. */
  readonly onRecord: (record: RunRecord) => void;
}

/** What a run is called, and where its file goes. */
export interface RunPlace extends Pick<RunHeader, 'experiment' | 'variant' | 'factors' | 'chosen' | 'substitute'> {
  /** Its file. */
  readonly path: string;
}

const samplesOf = ({ train, validation, test }: TrainingData): RunHeader['samples'] => ({
  train: train.samples,
  validation: validation?.samples ?? 0,
  test: test?.samples ?? 0,
});

/** The file of this very run where it is complete: it need not be made again. */
export function finishedRun(path: string, { configuration }: PlannedRun): RunLog | undefined {
  const log = readRun(path);
  if (log === undefined || !isComplete(log)) return undefined;
  return JSON.stringify(log.header.configuration) === JSON.stringify(configuration) ? log : undefined;
}

async function bySchemeOf(
  run: PlannedRun,
  data: TrainingData,
  log: LogWriter,
  performer: Performer,
): Promise<RunEnding> {
  const { file } = run;
  const { trainer, signal, onRecord } = performer;
  const training = trainingOf(file.run);
  const workers = workersFor(file.run.workers, data);
  const record = (swept: SweepRecord): void => {
    log.record(swept);
    onRecord(swept);
  };
  const job = { training, data, plugins: file.run.plugins, folder: file.folder };
  const { end, result } = await trainOnThreads(job, trainer, { workers, watchers: [{ sweep: record }], signal });
  return { outcome: end.outcome, reason: end.reason, ...(result.kept !== undefined && { kept: result.kept }) };
}

async function byProgram(
  program: Program,
  { file, options }: PlannedRun,
  data: TrainingData,
  log: LogWriter,
  { signal, onRecord }: Performer,
): Promise<RunEnding> {
  const rules = stoppingRules(file.run.stop);
  const workers = workersFor(file.run.workers, data);
  for await (const record of program.run({ configuration: trainingOf(file.run), workers, data, options })) {
    log.record(record);
    onRecord(record);
    const reasons = rules.flatMap((rule) => rule.met(record as SweepRecord) ?? []);
    if (reasons.length > 0) return { outcome: 'finished', reason: reasons.join('; ') };
    if (signal.aborted) return { outcome: 'interrupted', reason: `interrupted after sweep ${record.sweep}` };
  }
  return { outcome: 'finished', reason: `${program.name} came to its end` };
}

/** Makes a run and writes its file, unless the file is there already. */
export async function performRun(run: PlannedRun, place: RunPlace, performer: Performer): Promise<RunLog> {
  const { path, ...named } = place;
  const known = finishedRun(path, run);
  if (known !== undefined) return known;
  const { file, program, configuration } = run;
  const data = await performer.data.read(file);
  const log = new LogWriter(path, {
    ...named,
    seed: file.run.seed,
    configuration,
    samples: samplesOf(data),
    machine: thisMachine(),
    versions: { ...versions, ...program?.versions?.() },
    started: new Date().toISOString(),
  });
  try {
    const ending =
      program === undefined
        ? await bySchemeOf(run, data, log, performer)
        : await byProgram(program, run, data, log, performer);
    return log.end(ending);
  } finally {
    log.close();
  }
}
