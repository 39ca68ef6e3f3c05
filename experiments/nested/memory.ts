// npx tsx experiments/nested/memory.ts
// Memory that a run takes besides the samples: how far the resident set grows in three sweeps, a process per case.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { toReport } from './problems.ts';
import { rows } from './rows.ts';
import { start } from './trial.ts';

const cases = ['mnist', 'streaming', 'deep', 'higgs'];
const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);
const [key] = process.argv.slice(2);
if (key === undefined) {
  console.log('| row | samples, MB | besides, MB | of it z kept, MB |');
  console.log('| --- | --- | --- | --- |');
  const script = fileURLToPath(import.meta.url);
  for (const one of cases) spawnSync(process.execPath, [...process.execArgv, script, one], { stdio: 'inherit' });
} else {
  const { name, problem, ...trial } = rows[key]!;
  const data = await toReport(problem);
  const before = process.memoryUsage().rss;
  const { network, sweeper } = start(trial, data, 1);
  for (let sweep = 0; sweep < 3; sweep++) sweeper.sweep();
  const grown = process.resourceUsage().maxRSS * 1024 - before;
  const { samples } = data.train;
  const { inputs, targets } = network.graph;
  const width = trial.units.reduce((sum, size) => sum + size, 0);
  const kept = width <= inputs && trial.scheme?.['chunk'] === undefined ? 4 * samples * width : 0;
  console.log(
    `| ${name} | ${megabytes(4 * samples * (inputs + targets))} | ${megabytes(grown)} | ${megabytes(kept)} |`,
  );
}
