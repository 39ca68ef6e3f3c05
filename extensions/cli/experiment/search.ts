import { join } from 'node:path';
import { fileName, type RunLog, type RunRecord } from '../../report/index.ts';
import type { ExperimentData, Search } from './define.ts';
import { performRun, type Performer } from './perform-run.ts';
import { planRun, type PlanContext, type PlannedRun } from './planned-run.ts';
import { combinations } from './variants.ts';

/** Folder of the searches, a folder per variant. */
export const searchFolder = 'search';

/** Share of the training samples that a search holds out where the data has no validation data. */
const defaultShare = 0.1;

/** A trial of a search. */
export interface Trial {
  /** The settings tried, by path. */
  readonly chosen: Readonly<Record<string, unknown>>;
  /** Its run. */
  readonly run: PlannedRun;
  /** Its file. */
  readonly path: string;
}

/** Test data is out of reach of a search. */
const heldOut =
  (share: number) =>
  ({ test: _, ...data }: ExperimentData): ExperimentData => ({ validation: share, ...data });

/** The trials of a variant's search: every combination, each with its file. */
export function trialsOf(context: PlanContext, variant: string, search: Search, folder: string): Trial[] {
  const { over, validation = defaultShare, seed = 'search', stop, name = variant, workers = 1 } = search;
  const shared = { seed, workers, data: heldOut(validation), ...(stop && { stop }) };
  return combinations(over).map((chosen, index) => ({
    chosen,
    run: planRun(context, variant, { ...shared, chosen }),
    path: join(folder, searchFolder, fileName(name), `trial-${index + 1}.jsonl`),
  }));
}

/** The best validation accuracy of a run that did not fail, and the loss there; a failed one is worse than any other. */
function scoreOf({ records, ending }: RunLog): { readonly accuracy: number; readonly loss: number } {
  const failed = ending?.outcome !== 'finished';
  const scored = failed ? [] : records.flatMap(({ validation }: RunRecord) => validation ?? []);
  return scored.reduce((best, score) => (score.accuracy > best.accuracy ? score : best), {
    accuracy: -1,
    loss: Infinity,
  });
}

/** Whether the first of two trials is better: by validation accuracy, of equal ones by validation loss. */
function isBetter(one: RunLog, other: RunLog): boolean {
  const [a, b] = [scoreOf(one), scoreOf(other)];
  return a.accuracy > b.accuracy || (a.accuracy === b.accuracy && a.loss < b.loss);
}

/**
 * Runs the trials that have no file yet, and gives the settings of the best one: of the highest validation accuracy after
 * any sweep; `undefined` where it was interrupted.
 */
export async function searched(
  context: PlanContext,
  variant: string,
  trials: readonly Trial[],
  performer: Performer,
): Promise<Trial['chosen'] | undefined> {
  const named = { experiment: context.name, variant, factors: {} };
  let best: { readonly trial: Trial; readonly log: RunLog } | undefined;
  for (const trial of trials) {
    const { path, run, chosen } = trial;
    const log = await performRun(run, { ...named, path, chosen }, performer);
    if (performer.signal.aborted) return undefined;
    if (best === undefined || isBetter(log, best.log)) best = { trial, log };
  }
  return best?.trial.chosen;
}
