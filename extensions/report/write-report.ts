import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadDraw } from './draw.ts';
import { htmlReport, type DrawnFigure } from './html.ts';
import { fileName, readResults, type Results } from './results.ts';
import { runRows } from './rows.ts';
import { specificationOf } from './specification.ts';
import { markdownTable, summaryTable } from './table.ts';

/** What a report has left behind. */
export interface Written {
  /** The page. */
  readonly page: string;
  /** All files, the page among them. */
  readonly files: readonly string[];
  /** What could not be done. */
  readonly notes: readonly string[];
  /** What the report is about. */
  readonly results: Results;
}

/** Draws all figures of a folder of results into its `figures`, as SVG, PNG and Vega-Lite specification. */
async function drawAll(folder: string, results: Results, files: string[], notes: string[]): Promise<DrawnFigure[]> {
  const figures = Object.entries(results.outline.figures);
  if (figures.length === 0) return [];
  const specifications = figures.map(([name, figure]) => ({ name, figure, wanted: specificationOf(results, figure) }));
  const draw = await loadDraw();
  if (typeof draw === 'string') {
    notes.push(draw);
    return [];
  }
  mkdirSync(join(folder, 'figures'), { recursive: true });
  const drawn: DrawnFigure[] = [];
  for (const { name, figure, wanted } of specifications) {
    const { svg, png } = await draw(wanted);
    const parts = { svg, png, 'vl.json': `${JSON.stringify(wanted, null, 1)}\n` };
    for (const [ending, content] of Object.entries(parts)) {
      const file = join(folder, 'figures', `${fileName(name)}.${ending}`);
      writeFileSync(file, content);
      files.push(file);
    }
    drawn.push({ name, svg, ...(figure.caption !== undefined && { caption: figure.caption }) });
  }
  return drawn;
}

/**
 * Rebuilds everything that can be made from the runs of a folder: `figures/`, `results.jsonl` (a line per run with its
 * measurements), `summary.md` and `report.html`. `undefined` where no run is complete.
 *
 * @throws UserError where the folder is none of an experiment, or a figure names no measurement.
 */
export async function writeReport(folder: string): Promise<Written | undefined> {
  const results = readResults(folder);
  if (results.runs.length === 0) return undefined;
  const files: string[] = [];
  const notes: string[] = [];
  const figures = await drawAll(folder, results, files, notes);
  const write = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    files.push(join(folder, name));
    return join(folder, name);
  };
  write(
    'results.jsonl',
    runRows(results, {})
      .map((row) => `${JSON.stringify(row)}\n`)
      .join(''),
  );
  write('summary.md', `${markdownTable(summaryTable(results))}\n`);
  const page = write('report.html', htmlReport(results, figures, notes));
  return { page, files, notes, results };
}
