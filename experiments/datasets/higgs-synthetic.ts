/**
 * Writes a table of the size and the form of UCI's HIGGS.csv from the real sample of it: `npm run higgs-synthetic -- SAMPLE OUT
 * [--rows 10500000] [--seed 1]`. Every row is a row of the sample, drawn at random, whose features are shaken by normal noise of
 * a twentieth of their standard deviation. SYNTHETIC: good for measuring time and memory; accuracies on it are not those on
 * HIGGS, as rows made from one event are in what is trained on and in what is held out.
 */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { parseArgs } from 'node:util';
import { must } from '../../core/errors.ts';
import { random } from '../../core/random.ts';
import { openData, type RawData } from '../../extensions/data/index.ts';

/** Noise, relative to the standard deviation of a feature. */
const noise = 0.05;

/** Values that repeat, such as those of the b-tags and cut-offs, are classes rather than measurements: no noise is added. */
const mostDistinct = 64;

/** Random numbers are drawn from a table of so many normal ones: a hundred million logarithms would take longer than all else. */
const tableLength = 1 << 20;

/** How far each feature is shaken. */
function deviations({ rows, cols, values }: RawData): Float64Array {
  return Float64Array.from({ length: cols }, (_, j) => {
    const column = Float64Array.from({ length: rows }, (__, i) => values[i * cols + j]!);
    if (new Set(column).size <= mostDistinct) return 0;
    const mean = column.reduce((sum, value) => sum + value, 0) / rows;
    return noise * Math.sqrt(column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows);
  });
}

/** A number as HIGGS.csv has it, e.g. `8.692932128906250000e-01`: single precision in 19 digits. */
function written(value: number): string {
  const text = Math.fround(value).toExponential(18);
  const at = text.indexOf('e');
  const exponent = Number(text.slice(at + 1));
  return `${text.slice(0, at)}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

async function generate(sample: RawData, path: string, rows: number, seed: string): Promise<void> {
  const { cols, values, labels } = sample;
  const stream = random(seed);
  const normals = Float64Array.from({ length: tableLength }, () => stream.normal());
  const shaken = deviations(sample);
  const out = createWriteStream(path, { highWaterMark: 8 << 20 });
  const started = performance.now();
  let lines: string[] = [];
  for (let row = 1; row <= rows; row++) {
    const from = stream.integer(sample.rows);
    let at = stream.integer(tableLength);
    let line = written(Number(labels![from]));
    for (let j = 0; j < cols; j++) {
      at = (at + 1) % tableLength;
      line += `,${written(values[from * cols + j]! + shaken[j]! * normals[at]!)}`;
    }
    lines.push(line);
    if (lines.length < 2000 && row < rows) continue;
    if (!out.write(`${lines.join('\n')}\n`)) await once(out, 'drain');
    lines = [];
    if (row % 200_000 === 0) {
      const rate = row / ((performance.now() - started) / 1000);
      console.error(
        `${((100 * row) / rows).toFixed(0)} %  ${Math.round(rate)} rows/s  ${((rows - row) / rate).toFixed(0)} s left`,
      );
    }
  }
  out.end();
  await once(out, 'finish');
}

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { rows: { type: 'string', default: '10500000' }, seed: { type: 'string', default: '1' } },
});
const [sample, out] = positionals;
must(
  sample !== undefined && out !== undefined,
  () => 'npm run higgs-synthetic -- SAMPLE.csv.gz OUT.csv [--rows N] [--seed N]',
);
await generate(await openData(sample, { label: 'first' }), out, Number(options.rows), options.seed);
