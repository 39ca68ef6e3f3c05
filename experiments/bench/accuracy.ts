import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { openAccuracyData, writeAccuracyProblem, type AccuracyData } from './accuracy-data.ts';
import type { AccuracyMethod, Attained } from './accuracy-method.ts';
import { nestedMethods } from './accuracy-nested.ts';
import { accuracyCaseName, type AccuracyCase } from './accuracy-plan.ts';
import { torchMethods } from './accuracy-torch.ts';
import type { Context } from './context.ts';
import { findPython } from '../reference/python.ts';
import { median } from './median.ts';
import { attained, type Row } from './row.ts';

/** Each row with the time of torch's methods over its own, if it got there; one that did not counts with what it spent. */
function compared(rows: readonly Row[]): Row[] {
  const references = rows.filter(({ backend }) => backend.startsWith('torch'));
  return rows.map((row): Row => {
    if (!attained(row)) return row;
    const others = references.filter((other) => other !== row);
    return { ...row, ratios: Object.fromEntries(others.map((other) => [other.backend, other.seconds / row.seconds])) };
  });
}

/** The middle of some trainings of one method. */
function rowOf(one: AccuracyCase, backend: string, samples: number, runs: readonly Attained[]): Row {
  const seconds = runs.map((run) => run.seconds);
  return {
    benchmark: 'accuracy',
    case: accuracyCaseName(one),
    backend,
    workers: 1,
    seconds: median(seconds),
    ...(runs.length > 1 && { range: [Math.min(...seconds), Math.max(...seconds)] as const }),
    samples,
    passes: median(runs.map(({ passes }) => passes)),
    accuracy: median(runs.map(({ accuracy }) => accuracy)),
    target: one.target,
  };
}

/** Round by round, so that what else the machine does meets all methods alike. */
async function trainAll(
  one: AccuracyCase,
  { train }: AccuracyData,
  methods: readonly AccuracyMethod[],
  { plan, sgemm, progress }: Context,
): Promise<Row[]> {
  const runs = methods.map((): Attained[] => []);
  for (let round = 1; round <= plan.accuracy.rounds; round++) {
    for (const [at, method] of methods.entries()) {
      if (round > 1 && method.once === true) continue;
      void sgemm?.turn();
      const run = await method.train(round);
      const { seconds, passes, accuracy } = run;
      const found = `${(100 * accuracy).toFixed(2)} % after ${seconds.toFixed(2)} CPU s, ${passes} passes`;
      progress(`  ${method.name}, seed ${round}: ${found}`);
      runs[at]!.push(run);
    }
  }
  return compared(methods.map(({ name }, at) => rowOf(one, name, train.x.rows, runs[at]!)));
}

async function openIfThere(one: AccuracyCase, progress: Context['progress']): Promise<AccuracyData | undefined> {
  try {
    return await openAccuracyData(one);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    progress(`  left out: ${error.message}`);
    return undefined;
  }
}

async function benchCase(one: AccuracyCase, context: Context): Promise<Row[]> {
  const { limits } = context.plan.accuracy;
  context.progress(accuracyCaseName(one));
  const data = await openIfThere(one, context.progress);
  if (data === undefined) return [];
  const folder = mkdtempSync(join(tmpdir(), 'nograd-bench-'));
  try {
    writeAccuracyProblem(one, limits, data, folder);
    return await trainAll(one, data, [...nestedMethods(one, limits, data), ...torchMethods(folder)], context);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** CPU time until a network reaches an accuracy: the nested scheme on one worker beside torch's optimisers on one thread. */
export async function benchAccuracy(context: Context): Promise<Row[]> {
  if (findPython('torch') === undefined) context.progress('  left out: torch, which no Python here has');
  const rows: Row[] = [];
  for (const one of context.plan.accuracy.cases) rows.push(...(await benchCase(one, context)));
  return rows;
}
