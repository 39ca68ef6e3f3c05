/**
 * `npm run scaling -- docs/figures/scaling.svg`: measures on this machine what a sweep of Algorithm 1 costs on the paper's two problems and
 * what a sum over threads costs, predicts the time of a sweep up to 10,000 cores on two stated networks, and draws it beside the paper's
 * own curves.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { runOnThreads } from '../../extensions/threads/index.ts';
import { allReduceSeconds, fitLink, type Link, type Measured } from './all-reduce.ts';
import { efficiency, predictSweep, scalesTo, type Cluster, type SweepCost } from './cluster-model.ts';
import { fitTwoTerms } from './fit-paper.ts';
import { measureCost } from './measure.ts';
import { problems } from './problems.ts';

/** Networks between machines: stated, not measured. */
const networks: Readonly<Record<string, Link>> = {
  'Cray Aries (1.5 us, 8 GB/s)': { latency: 1.5e-6, perByte: 1 / 8e9, addPerByte: 1 / 8e9 },
  '10 Gbit Ethernet (30 us, 1.1 GB/s)': { latency: 3e-5, perByte: 1 / 1.1e9, addPerByte: 1 / 8e9 },
};

const coresPerNode = 24;
const coreCounts = [1, 2, 4, 8, 24, 48, 96, 240, 480, 960, 1920, 3840, 7200, 10_000];

interface Row {
  readonly problem: string;
  readonly what: string;
  readonly cores: number;
  readonly relative: number;
}

const milliseconds = (seconds: number): string => `${(1000 * seconds).toFixed(2)} ms`;
const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

function tell(cost: SweepCost, network: string, cluster: Cluster): void {
  const columns = coreCounts.map((cores) => {
    const { total, sums, fixed } = predictSweep(cost, cores, cluster);
    const share = (part: number): string => percent(part / total);
    const free = predictSweep(cost, cores, { ...cluster, anyOrder: true }).total;
    const cells = [cores, milliseconds(total), percent(efficiency(cost, cores, cluster)), share(fixed), share(sums)];
    return `| ${[...cells, milliseconds(free)].join(' | ')} |`;
  });
  console.log(`\n${network}: every doubling gains a tenth up to ${scalesTo(cost, cluster, 2 ** 16)} cores\n`);
  console.log('| cores | sweep | efficiency | solves | sums | sweep, sums in any order |');
  console.log('| --- | --- | --- | --- | --- | --- |');
  for (const column of columns) console.log(column);
}

/** Measures a sum over two threads, and tells how well a line describes it. */
async function measureInside(): Promise<Link> {
  const program = new URL('./all-reduce-program.ts', import.meta.url);
  const measured = (await runOnThreads({ program, size: 2, data: undefined })) as Measured[];
  const link = fitLink(measured);
  console.log(`between two threads: ${(1e6 * link.latency).toFixed(1)} us, ${(1e-9 / link.perByte).toFixed(2)} GB/s`);
  for (const { bytes, seconds } of measured) {
    const predicted = allReduceSeconds('in-order', 2, bytes, link);
    console.log(
      `  ${bytes} bytes: ${(1e6 * seconds).toFixed(1)} us, the model says ${(1e6 * predicted).toFixed(1)} us`,
    );
  }
  return link;
}

/** The paper's curve and the predictions for one problem. */
async function predict({ paper, ...problem }: (typeof problems)[number], inside: Link): Promise<Row[]> {
  const cost = await measureCost(problem);
  const sent = cost.messages.reduce((sum, bytes) => sum + bytes, 0);
  const { divided, constant } = fitTwoTerms(paper);
  const sample = `${(1e6 * cost.perSample).toFixed(2)} us a sample, ${(1e3 * cost.fixed).toFixed(2)} ms a sweep besides`;
  console.log(`\n## ${problem.name}: ${sample}, ${cost.messages.length} sums of ${sent} bytes in all`);
  console.log(`the paper: ${divided.toFixed(0)} core-seconds divided by the cores plus ${constant.toFixed(2)} s`);
  const [start, first] = paper.points[0]!;
  const row = (what: string, cores: number, relative: number): Row => ({
    problem: problem.name,
    what,
    cores,
    relative,
  });
  const predicted = Object.entries(networks).flatMap(([network, between]) => {
    const cluster = { coresPerNode, inside, between, jitter: 0.02 };
    tell(cost, network, cluster);
    const total = (cores: number): number => predictSweep(cost, cores, cluster).total;
    const counts = coreCounts.filter((cores) => cores >= start);
    return counts.map((cores) => row(`nograd, ${network}`, cores, total(cores) / total(start)));
  });
  return [...paper.points.map(([cores, seconds]) => row('paper, measured', cores, seconds / first)), ...predicted];
}

async function main(file: string): Promise<void> {
  const inside = await measureInside();
  const rows: Row[] = [];
  for (const problem of problems) rows.push(...(await predict(problem, inside)));
  await draw(rows, file);
}

/** Time relative to the paper's fewest cores: what is compared is the shape, as accuracy comes after other numbers of sweeps. */
async function draw(rows: readonly Row[], file: string): Promise<void> {
  const axis = (title: string, field: string) =>
    ({ field, type: 'quantitative', scale: { type: 'log' }, title }) as const;
  const specification: TopLevelSpec = {
    background: 'white',
    data: { values: [...rows] },
    facet: { column: { field: 'problem', title: null } },
    spec: {
      width: 330,
      height: 260,
      mark: { type: 'line', point: { size: 22 } },
      encoding: {
        x: axis('cores', 'cores'),
        y: axis('time, relative to the fewest cores of the paper', 'relative'),
        color: {
          field: 'what',
          type: 'nominal',
          title: null,
          legend: { orient: 'bottom', columns: 3, labelLimit: 0 },
        },
      },
    },
  };
  const { spec } = compile(specification);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${await new View(parse(spec), { renderer: 'none' }).toSVG()}\n`);
}

await main(process.argv[2] ?? 'docs/figures/scaling.svg');
