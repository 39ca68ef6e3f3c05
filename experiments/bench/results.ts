import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Machine } from './machine.ts';
import type { Benchmark, Row } from './row.ts';

/** Content of `bench-results.json`. */
export interface Results {
  /** Where and when each benchmark was run. */
  readonly machines: Partial<Record<Benchmark, Machine>>;
  /** Lines of all benchmarks. */
  readonly rows: readonly Row[];
}

/** The results in a file; none where there is no such file. */
export const readResults = (file: string): Results =>
  existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Results) : { machines: {}, rows: [] };

/** The results with those of one benchmark in place of its old ones. */
export const withRows = (
  { machines, rows }: Results,
  benchmark: Benchmark,
  machine: Machine,
  fresh: readonly Row[],
): Results => ({
  machines: { ...machines, [benchmark]: machine },
  rows: [...rows.filter((row) => row.benchmark !== benchmark), ...fresh],
});

/** Writes the results to a file. */
export const writeResults = (file: string, results: Results): void =>
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
