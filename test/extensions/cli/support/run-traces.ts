import type { SweepRecord } from '../../../../core/observer.ts';
import { readModel } from '../../../../extensions/cli/index.ts';
import { jsonLines } from './cli.ts';

/** What the sweeps of a metrics file did, without the time they took. */
export const untimed = (path: string): unknown[] =>
  (jsonLines(path) as unknown as SweepRecord[]).map(
    ({ sweep, objective, train, validation, test, residuals, measures, notes }) => ({
      sweep,
      objective,
      train,
      validation,
      test,
      residuals,
      measures,
      notes,
    }),
  );

/** All that a run has computed: what its sweeps did, and the weights it ended with. */
export async function traceOf(folder: string): Promise<unknown> {
  const { weights } = await readModel(folder);
  return { sweeps: untimed(`${folder}/metrics.jsonl`), weights };
}
