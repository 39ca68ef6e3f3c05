// npx tsx experiments/nested/results.ts [ROW...] [--seeds 1,2,3]
// Trains every row of the table on all training samples with seeds 1 to 5, and prints the test accuracies as Markdown.
import { parseArgs } from 'node:util';
import { toReport } from './problems.ts';
import { rows } from './rows.ts';
import { run, type Tried } from './trial.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seeds: { type: 'string', default: '1,2,3,4,5' } },
});
const seeds = values.seeds.split(',').map(Number);
const wanted = positionals.length > 0 ? positionals : Object.keys(rows);
const unknown = wanted.find((name) => !(name in rows));
if (unknown !== undefined || seeds.some((seed) => !Number.isInteger(seed))) {
  console.error(`usage: npx tsx experiments/nested/results.ts [${Object.keys(rows).join('|')}]... [--seeds 1,2,3]`);
  process.exit(2);
}

const percent = (share: number): string => (100 * share).toFixed(2);

/** Mean and sample standard deviation. */
function spread(values: readonly number[]): string {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length < 2) return percent(mean);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return `${percent(mean)} ± ${percent(Math.sqrt(squares / (values.length - 1)))}`;
}

console.log('| row | after sweep | test accuracy, % | per seed | training, % | CPU s a run |');
console.log('| --- | --- | --- | --- | --- | --- |');
for (const key of wanted) {
  const { name, problem, splits = false, ...trial } = rows[key]!;
  const tried: Tried[] = [];
  for (const seed of seeds) {
    const found = run(trial, await toReport(problem, splits ? seed : undefined), seed);
    console.error(`${key}, seed ${seed}: ${found.accuracies.map(percent).join(', ')} %`);
    tried.push(found);
  }
  const seconds = tried.reduce((sum, { seconds: own }) => sum + own, 0) / tried.length;
  trial.sweeps.forEach((sweep, i) => {
    const accuracies = tried.map(({ accuracies: all }) => all[i]!);
    const last = i === trial.sweeps.length - 1;
    const end = last
      ? ` ${accuracies.map(percent).join(', ')} | ${spread(tried.map(({ training }) => training))} | ${seconds.toFixed(0)} |`
      : ' | | |';
    console.log(`| ${name} | ${sweep} | ${spread(accuracies)} |${end}`);
  });
}
