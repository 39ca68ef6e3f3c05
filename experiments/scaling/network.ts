/**
 * `npm run network`, as root: two ranks of Open MPI on two network namespaces of this machine, joined by a cable of a set bandwidth.
 * Times sums and sweeps of Algorithm 1, and tells what the model of `cluster-model.ts` predicts from the sums and one core.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { fitLink } from './all-reduce.ts';
import { Cable } from './cable.ts';
import { predictSweep, type SweepCost } from './cluster-model.ts';
import { measureCost, sweepSeconds } from './measure.ts';
import type { NetworkTimes } from './network-program.ts';
import { problems } from './problems.ts';

/** Megabits a second. */
const bandwidths = [undefined, 1000, 300, 100];

/** As many samples as one core takes a fraction of a second for. */
const checked = problems.map(({ paper: _, ...problem }) => ({
  ...problem,
  samples: Math.min(problem.samples, 200_000),
}));

function timesOn(cable: Cable, bandwidth: number | undefined): NetworkTimes {
  cable.limit(bandwidth);
  const program = fileURLToPath(new URL('./network-program.ts', import.meta.url));
  const rank = [process.execPath, '--import', 'tsx', program, JSON.stringify(checked)];
  const [command, ...words] = cable.launch(rank);
  return JSON.parse(execFileSync(command!, words, { encoding: 'utf8' })) as NetworkTimes;
}

const milliseconds = (seconds: number): string => `${(1000 * seconds).toFixed(1)} ms`;

function tell(
  bandwidth: number | undefined,
  { sums, sweeps }: NetworkTimes,
  costs: readonly (SweepCost & One)[],
): void {
  const link = fitLink(sums);
  const sum = `${(1e6 * link.latency).toFixed(0)} us, ${(8e-6 / link.perByte).toFixed(0)} Mbit/s`;
  const limit = bandwidth === undefined ? 'not limited' : `${bandwidth} Mbit/s`;
  costs.forEach((cost, index) => {
    const seconds = sweeps[index]!;
    const { total } = predictSweep(cost, 2, { coresPerNode: 1, inside: link, between: link, jitter: 0 });
    const times = `${(cost.one / seconds).toFixed(2)} | ${(cost.one / total).toFixed(2)}`;
    const { name } = checked[index]!;
    console.log(`| ${limit} | ${sum} | ${name} | ${milliseconds(seconds)} | ${milliseconds(total)} | ${times} |`);
  });
}

/** A sweep on one core, measured. */
interface One {
  readonly one: number;
}

const costs: (SweepCost & One)[] = [];
for (const problem of checked) {
  costs.push({ ...(await measureCost(problem)), one: await sweepSeconds(problem, problem.samples) });
}
console.log('| cable | a sum | problem | sweep | predicted | faster than one core | predicted |');
console.log('| --- | --- | --- | --- | --- | --- | --- |');
const cable = new Cable();
try {
  for (const bandwidth of bandwidths) tell(bandwidth, timesOn(cable, bandwidth), costs);
} finally {
  cable.close();
}
