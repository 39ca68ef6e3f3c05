import { must, unknownName, UserError } from '../../core/errors.ts';
import { bench } from './bench.ts';
import { fullPlan, shortPlan } from './plan.ts';
import { benchmarks, type Benchmark } from './row.ts';

const isBenchmark = (name: string): name is Benchmark => (benchmarks as readonly string[]).includes(name);

const began = performance.now();
const progress = (line: string): void => {
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  console.error(`${seconds.padStart(4)} s  ${line}`);
};

/** `npm run bench [-- NAME ...]`: all benchmarks, or those that are named. */
try {
  const named = process.argv.slice(2).map((name): Benchmark => {
    must(isBenchmark(name), () => unknownName('benchmark', name, benchmarks));
    return name;
  });
  const files = { results: 'bench-results.json', document: 'docs/performance.md' };
  if (named.length > 0) await bench(named, fullPlan, files, progress);
  else await bench(benchmarks, shortPlan, files, progress);
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
