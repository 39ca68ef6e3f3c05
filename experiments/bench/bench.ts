import { benchAccuracy } from './accuracy.ts';
import type { Context } from './context.ts';
import { benchConvolutions } from './convolutions.ts';
import { updateDocument } from './document.ts';
import { benchGrowth } from './growth.ts';
import { benchKernels } from './kernels.ts';
import { thisMachine } from './machine.ts';
import type { Plan } from './plan.ts';
import { findPython } from '../reference/python.ts';
import { benchRecurrences } from './recurrences.ts';
import { benchRanks } from './ranks.ts';
import { benchReferences } from './references.ts';
import { readResults, withRows, writeResults } from './results.ts';
import type { Benchmark, Row } from './row.ts';
import { sgemmRate } from './sgemm.ts';
import { benchSweeps } from './sweeps.ts';

const runners: Record<Benchmark, (context: Context) => Promise<Row[]>> = {
  kernels: benchKernels,
  sweeps: benchSweeps,
  references: benchReferences,
  growth: benchGrowth,
  accuracy: benchAccuracy,
  conv: benchConvolutions,
  mpi: benchRanks,
  recurrent: benchRecurrences,
};

/** Where results go. */
export interface Files {
  /** JSON file; results of benchmarks that are not run again stay. */
  readonly results: string;
  /** Markdown file with places for the tables. */
  readonly document: string;
}

const packages = (): string =>
  ['numpy', 'torch']
    .flatMap((name) => {
      const found = findPython(name);
      return found === undefined ? [] : [`${name} ${found.version}`];
    })
    .join(', ');

/** Runs these benchmarks one after the other; what is done is written at once. */
export async function bench(
  names: readonly Benchmark[],
  plan: Plan,
  files: Files,
  progress: Context['progress'],
): Promise<void> {
  const machine = thisMachine(packages() || undefined);
  for (const name of names) {
    progress(name);
    const sgemm = sgemmRate(plan.sgemmSize);
    const rows = await runners[name]({ plan, sgemm, progress });
    const all = sgemm === undefined ? rows : [sgemm.row(name), ...rows];
    const results = withRows(readResults(files.results), name, machine, all);
    writeResults(files.results, results);
    await updateDocument(files.document, results);
  }
}
