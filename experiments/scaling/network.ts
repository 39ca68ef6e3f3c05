/**
 * `npm run network`, as root: two ranks of Open MPI on two network namespaces of this machine, joined by a cable of a set bandwidth.
 * Times sums and sweeps of Algorithm 1, and tells what the model of `cluster-model.ts` predicts from the sums and one core.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { fitLink } from './all-reduce.ts';
import { Cable } from './cable.ts';
import { predictSweep, type SweepCost } from './cluster-model.ts';
import { measureCost, sweepSeconds, type Problem } from './measure.ts';
import type { NetworkTimes } from './network-program.ts';
import { problems } from './problems.ts';

/** Megabits a second. */
const bandwidths = [undefined, 1000, 300, 100];

/** As many samples as one core takes a fraction of a second for. */
const problemsHere = problems.map(({ paper: _, ...problem }) => ({
  ...problem,
  samples: Math.min(problem.samples, 200_000),
}));

/** What one core needs for a problem: as the model has it, and a whole sweep. */
interface OneCore {
  readonly name: string;
  readonly cost: SweepCost;
  readonly seconds: number;
}

async function measureOneCore(problem: Problem): Promise<OneCore> {
  const cost = await measureCost(problem);
  return { name: problem.name, cost, seconds: await sweepSeconds(problem, problem.samples) };
}

function timesOn(cable: Cable, bandwidth: number | undefined): NetworkTimes {
  cable.limit(bandwidth);
  const program = fileURLToPath(new URL('./network-program.ts', import.meta.url));
  const rank = [process.execPath, '--import', 'tsx', program, JSON.stringify(problemsHere)];
  const [command, ...words] = cable.launch(rank);
  return JSON.parse(execFileSync(command!, words, { encoding: 'utf8' })) as NetworkTimes;
}

const milliseconds = (seconds: number): string => `${(1000 * seconds).toFixed(1)} ms`;

function tell(bandwidth: number | undefined, { sums, sweeps }: NetworkTimes, ones: readonly OneCore[]): void {
  const link = fitLink(sums);
  const sum = `${(1e6 * link.latency).toFixed(0)} us, ${(8e-6 / link.perByte).toFixed(0)} Mbit/s`;
  const limit = bandwidth === undefined ? 'not limited' : `${bandwidth} Mbit/s`;
  for (const [index, { name, cost, seconds: one }] of ones.entries()) {
    const two = sweeps[index]!;
    const { total } = predictSweep(cost, 2, { coresPerNode: 1, inside: link, between: link, jitter: 0 });
    const times = `${(one / two).toFixed(2)} | ${(one / total).toFixed(2)}`;
    console.log(`| ${limit} | ${sum} | ${name} | ${milliseconds(two)} | ${milliseconds(total)} | ${times} |`);
  }
}

/** Before the minutes of measuring: this is what can fail. Ends the program where it does. */
function connect(): Cable {
  try {
    return new Cable();
  } catch (thrown) {
    const [reason] = String((thrown as { stderr?: unknown }).stderr ?? thrown).split('\n');
    console.error(
      `No two machines can be made here (${reason}): this needs Linux, root, and apt-get install iproute2.`,
    );
    process.exit(2);
  }
}

const cable = connect();
try {
  const ones: OneCore[] = [];
  for (const problem of problemsHere) ones.push(await measureOneCore(problem));
  console.log('| cable | a message | problem | sweep | predicted | faster than one core | predicted |');
  console.log('| --- | --- | --- | --- | --- | --- | --- |');
  for (const bandwidth of bandwidths) tell(bandwidth, timesOn(cable, bandwidth), ones);
} finally {
  cable.close();
}
