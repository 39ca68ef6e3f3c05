import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import type { Results } from './results.ts';
import { benchmarks } from './row.ts';
import { tablesOf, targetTable } from './tables.ts';

/** The text with new content between `<!-- NAME:begin -->` and `<!-- NAME:end -->`. */
export function replaceSection(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`The document has no place for "${name}": ${begin} ... ${end}.`);
  return `${text.slice(0, from + begin.length)}\n\n${content}\n\n${text.slice(to)}`;
}

/** Puts the tables of all results into a Markdown file, in place. What has no results stays as it is. */
export async function updateDocument(file: string, { machines, rows }: Results): Promise<void> {
  let text = readFileSync(file, 'utf8');
  for (const benchmark of benchmarks) {
    const machine = machines[benchmark];
    const own = rows.filter((row) => row.benchmark === benchmark);
    if (machine !== undefined) text = replaceSection(text, benchmark, tablesOf(benchmark, own, machine));
  }
  text = replaceSection(text, 'targets', targetTable(rows));
  writeFileSync(file, await format(text, { ...(await resolveConfig(file)), filepath: file }));
}
