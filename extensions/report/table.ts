import { written } from './measurement.ts';
import type { Results } from './results.ts';
import { summarise, shownVariants } from './rows.ts';

/** A table of texts. */
export interface Table {
  /** Titles of the columns; the first is that of the variants. */
  readonly head: readonly string[];
  /** Cells. */
  readonly body: readonly (readonly string[])[];
}

/** Mean, deviation where there are several seeds, and in how many runs where it is not in all. */
function cell(results: Results, variant: string, name: string): string {
  const { spread, runs } = summarise(results, variant, name);
  if (spread === undefined) return runs === 0 ? '' : `none of ${runs}`;
  const { unit } = results.outline.measurements[name]!;
  const mean = written(spread.mean, unit);
  const deviation = written(spread.deviation, unit);
  const text = spread.count > 1 ? `${mean.replace(/ (%|s)$/, '')} ± ${deviation}` : mean;
  return spread.count < runs ? `${text} (${spread.count} of ${runs})` : text;
}

/** A row per variant, a column per measurement: mean and standard deviation over seeds. */
export function summaryTable(results: Results): Table {
  const names = Object.keys(results.outline.measurements);
  const body = shownVariants(results, {}).map((variant) => [
    variant,
    ...names.map((name) => cell(results, variant, name)),
  ]);
  return { head: ['variant', ...names], body };
}

const escaped = (text: string): string => text.replaceAll('|', '\\|');
const line = (cells: readonly string[]): string => `| ${cells.map(escaped).join(' | ')} |`;

/** The table in Markdown. */
export const markdownTable = ({ head, body }: Table): string =>
  [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
