import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
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

/** A run's folder and what its curve is called. */
interface LabelledRun {
  readonly label: string;
  readonly folder: string;
}

/** Test accuracy after every sweep of a run, read from its folder; training accuracy where it had no test data. */
function curveOf({ label, folder }: LabelledRun): Point[] {
  const lines = readFileSync(join(folder, 'metrics.jsonl'), 'utf8').trim().split('\n');
  return lines.map((line) => {
    const { sweep, train, test } = JSON.parse(line) as SweepRecord;
    return { run: label, sweep, accuracy: (test ?? train).accuracy };
  });
}

/** A line per run: accuracy of the deployed network after every sweep. */
function specification(runs: readonly LabelledRun[]): TopLevelSpec {
  const run = { field: 'run', type: 'nominal', title: null, sort: runs.map(({ label }) => label) } as const;
  const legend = { orient: 'bottom-right', offset: 12, labelLimit: 300 } as const;
  return {
    width: 560,
    height: 260,
    background: 'white',
    data: { values: runs.flatMap(curveOf) },
    mark: { type: 'line', point: { size: 18 } },
    encoding: {
      x: { field: 'sweep', type: 'quantitative', title: 'sweeps' },
      y: {
        field: 'accuracy',
        type: 'quantitative',
        title: 'test accuracy',
        axis: { format: '.0%' },
        scale: { zero: false },
      },
      color: { ...run, legend: runs.length > 1 ? legend : null },
    },
    config: { view: { stroke: null }, axis: { labelFontSize: 12, titleFontSize: 12 } },
  };
}

/** Draws the training curves of runs into one SVG file, without a browser. */
export async function drawTrainingCurves(runs: readonly LabelledRun[], file: string): Promise<void> {
  const { spec } = compile(specification(runs));
  const view = new View(parse(spec), { renderer: 'none' });
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${await view.toSVG()}\n`);
}

const [file, ...given] = process.argv.slice(2);
if (file === undefined || given.length === 0) {
  throw new UserError('Give the SVG file to write, then a LABEL=FOLDER for every run to draw.');
}
const runs = given.map((text): LabelledRun => {
  const at = text.lastIndexOf('=');
  return { label: at < 0 ? text : text.slice(0, at), folder: text.slice(at + 1) };
});
await drawTrainingCurves(runs, file);
