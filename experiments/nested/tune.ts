// npx tsx experiments/nested/tune.ts PROBLEM SAMPLES TRIAL...
// Judges trials, as JSON, on held-out training samples: `{"units":[300],"scheme":{"ridge":1},"sweeps":[10,20]}`.
import { problems, toChoose, type Problem } from './problems.ts';
import { run, type Trial } from './trial.ts';

const [problem = '', samples = '', ...trials] = process.argv.slice(2);
if (!(problem in problems) || !(Number(samples) > 0) || trials.length === 0) {
  const known = Object.keys(problems).join('|');
  console.error(`usage: npx tsx experiments/nested/tune.ts ${known} SAMPLES TRIAL...`);
  process.exit(2);
}
const data = await toChoose(problem as Problem, Number(samples));
const percent = (share: number): string => (100 * share).toFixed(2);
for (const text of trials) {
  const { seed = 1, ...given } = JSON.parse(text) as Partial<Trial> & { readonly seed?: number };
  const trial: Trial = { units: [300], sweeps: [10, 20, 30], ...given };
  const { accuracies, training, seconds } = run(trial, data, seed);
  const found = [...trial.sweeps].sort((a, b) => a - b).map((sweep, i) => `${sweep}: ${percent(accuracies[i]!)}`);
  console.log(
    `${problem} ${data.train.samples} ${text}: ${found.join(', ')} %; training ${percent(training)} %; ${seconds.toFixed(1)} CPU s`,
  );
}
