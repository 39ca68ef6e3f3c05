import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { openAccuracyData, writeAccuracyProblem, type AccuracyData } from './accuracy-data.ts';
import type { AccuracyMethod } from './accuracy-method.ts';
import { nestedMethods } from './accuracy-nested.ts';
import { accuracyCaseName, type AccuracyCase } from './accuracy-plan.ts';
import { torchMethods } from './accuracy-torch.ts';
import type { Context } from './context.ts';
import { findPython } from '../reference/python.ts';
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

async function trainAll(
  one: AccuracyCase,
  { train }: AccuracyData,
  methods: readonly AccuracyMethod[],
  { sgemm, progress }: Context,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const method of methods) {
    void sgemm?.turn();
    const { seconds, passes, accuracy } = await method.train();
    progress(`  ${method.name}: ${(100 * accuracy).toFixed(2)} % after ${seconds.toFixed(2)} CPU s, ${passes} passes`);
    rows.push({
      benchmark: 'accuracy',
      case: accuracyCaseName(one),
      backend: method.name,
      workers: 1,
      seconds,
      samples: train.x.rows,
      passes,
      accuracy,
      target: one.target,
    });
  }
  return compared(rows);
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
