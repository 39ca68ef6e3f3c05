import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../../core/errors.ts';
import type { SweepRecord } from '../../core/observer.ts';
import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';

/** One point of a curve. */
interface Point {
  readonly run: string;
  readonly sweep: number;
  readonly accuracy: number;
}

/** Test accuracy after every sweep of a run, read from its folder; training accuracy where it had no test data. */
function curveOf(folder: string): Point[] {
  const lines = readFileSync(join(folder, 'metrics.jsonl'), 'utf8').trim().split('\n');
  return lines.map((line) => {
    const { sweep, train, test } = JSON.parse(line) as SweepRecord;
    return { run: basename(folder), sweep, accuracy: (test ?? train).accuracy };
  });
}

/** A line per run: accuracy of the deployed network after every sweep. */
function specification(points: readonly Point[], folders: readonly string[]): TopLevelSpec {
  const run = { field: 'run', type: 'nominal', title: null, sort: folders.map((folder) => basename(folder)) } as const;
  const legend = { orient: 'bottom-right', offset: 12, labelLimit: 300 } as const;
  return {
    width: 560,
    height: 260,
    background: 'white',
    data: { values: [...points] },
    mark: { type: 'line', point: { size: 18 } },
    encoding: {
      x: { field: 'sweep', type: 'quantitative', title: 'sweeps' },
      y: { field: 'accuracy', type: 'quantitative', title: 'test accuracy', axis: { format: '.0%' }, scale: { zero: false } },
      color: { ...run, legend: folders.length > 1 ? legend : null },
    },
    config: { view: { stroke: null }, axis: { labelFontSize: 12, titleFontSize: 12 } },
  };
}

/** Draws the training curves of run folders into one SVG file, without a browser. */
export async function drawTrainingCurves(folders: readonly string[], file: string): Promise<void> {
  const { spec } = compile(specification(folders.flatMap(curveOf), folders));
  const view = new View(parse(spec), { renderer: 'none' });
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${await view.toSVG()}\n`);
}

const [file, ...folders] = process.argv.slice(2);
if (file === undefined || folders.length === 0) throw new UserError('Give the SVG file to write, then run folders.');
await drawTrainingCurves(folders, file);
