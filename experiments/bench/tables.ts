import type { Machine } from './machine.ts';
import { attained, type Benchmark, type Row } from './row.ts';
import { sgemmCase } from './sgemm.ts';
import { targetsOf, verdict, type Target } from './targets.ts';

/** A column: its heading, and its cell in the line of a row. */
type Column = readonly [heading: string, cell: (row: Row) => string];

const dash = '–';

const digits = (value: number | undefined, significant = 3): string =>
  value === undefined ? dash : String(Number(value.toPrecision(significant)));
const percent = (share: number | undefined): string => (share === undefined ? dash : `${(100 * share).toFixed(0)} %`);
const times = (ratio: number | undefined): string => (ratio === undefined ? dash : `${ratio.toFixed(2)}×`);
const milliseconds = (seconds: number | undefined): string => (seconds === undefined ? dash : digits(1000 * seconds));
const small = (value: number | undefined): string =>
  value === undefined ? dash : value === 0 ? '0' : value.toExponential(0);
const thousands = (samples: number | undefined): string =>
  samples === undefined ? dash : samples.toLocaleString('en');

const accuracyOf = ({ accuracy }: Row): string => (accuracy === undefined ? dash : `${(100 * accuracy).toFixed(2)} %`);

const lines = (cells: readonly (readonly string[])[]): string =>
  cells.map((line) => `| ${line.join(' | ')} |`).join('\n');

const table = (columns: readonly Column[], rows: readonly Row[]): string =>
  lines([
    columns.map(([heading]) => heading),
    columns.map(() => '---'),
    ...rows.map((row) => columns.map(([, cell]) => cell(row))),
  ]);

const who: readonly Column[] = [
  ['case', (row) => row.case],
  ['by', ({ backend }) => backend],
];
const rate: readonly Column[] = [
  ['GFLOP/s', ({ gflops }) => digits(gflops)],
  ['of sgemm', ({ sgemmShare }) => percent(sgemmShare)],
];
const reached: readonly Column[] = [
  ['objective', ({ objective }) => digits(objective, 6)],
  ['accuracy', accuracyOf],
];
const seconds: Column = ['seconds', (row) => digits(row.seconds)];

const products: readonly Column[] = [
  ...who,
  ['µs', (row) => digits(1e6 * row.seconds)],
  ...rate,
  ['largest difference', ({ difference }) => small(difference)],
];
const elements: readonly Column[] = [
  ...who,
  ['ns per element', (row) => digits(row.nanosecondsPerElement)],
  ['against plain', ({ ratios }) => times(ratios?.['plain'])],
  ['largest difference', ({ difference }) => small(difference)],
];
const sweeps: readonly Column[] = [
  ...who,
  ['workers', ({ workers }) => String(workers)],
  ['samples', ({ samples }) => thousands(samples)],
  seconds,
  ...rate,
  ['against one worker', ({ ratios }) => times(ratios?.['one worker'])],
  ['against OpenBLAS', ({ ratios }) => times(ratios?.['openblas'])],
  ...reached,
];
const costs: readonly Column[] = [
  ...who,
  ['workers', ({ workers }) => String(workers)],
  ...(['weights', 'inputs', 'activations', 'gather', 'consensus'] as const).map((phase): Column => [
    `${phase}, ms`,
    ({ phases }) => milliseconds(phases?.[phase]),
  ]),
  ['set-up, s', ({ setupSeconds }) => digits(setupSeconds, 2)],
  ['MB per worker', ({ megabytesPerWorker }) => digits(megabytesPerWorker)],
];
const references: readonly Column[] = [
  ...who,
  seconds,
  ['OpenBLAS is faster by', ({ ratios }) => times(inverse(ratios?.['openblas']))],
  ['WASM is faster by', ({ ratios }) => times(inverse(ratios?.['wasm']))],
  ['accuracy', accuracyOf],
  ['difference of weights', ({ difference }) => small(difference)],
];
const growth: readonly Column[] = [
  ...who,
  ['samples', ({ samples }) => thousands(samples)],
  seconds,
  ['time', (row) => times(row.growth?.seconds)],
  ['operations', (row) => times(row.growth?.operations)],
  ...rate,
  ...reached,
];
const accuracy: readonly Column[] = [
  ['data', (row) => row.case],
  ['method', ({ backend }) => backend],
  ['CPU s', (row) => (attained(row) ? digits(row.seconds) : `not reached in ${digits(row.seconds)}`)],
  ['from, to', ({ range }) => (range === undefined ? dash : range.map((value) => digits(value)).join(', '))],
  ['epochs, sweeps or iterations', ({ passes }) => digits(passes)],
  ['best accuracy', accuracyOf],
  ['against torch Adam', ({ ratios }) => times(ratios?.['torch Adam'])],
];

const convolutions: readonly Column[] = [
  ...who,
  ['images', ({ samples }) => thousands(samples)],
  seconds,
  ...rate,
  ['against torch', ({ ratios }) => times(ratios?.['torch'])],
];

const recurrences: readonly Column[] = [
  ...who,
  ['sequences', ({ samples }) => thousands(samples)],
  seconds,
  ...rate,
  ['against torch', ({ ratios }) => times(ratios?.['torch'])],
  ['accuracy', accuracyOf],
];

const ranks: readonly Column[] = [
  ...who,
  ['ranks', ({ workers }) => String(workers)],
  ['samples', ({ samples }) => thousands(samples)],
  ['ms a sweep', (row) => milliseconds(row.seconds)],
  ['against one rank', ({ ratios }) => times(ratios?.['one rank'])],
];

const inverse = (ratio: number | undefined): number | undefined => (ratio === undefined ? undefined : 1 / ratio);

const columnsOf: Record<Benchmark, readonly (readonly Column[])[]> = {
  kernels: [products, elements],
  sweeps: [sweeps, costs],
  references: [references],
  growth: [growth],
  accuracy: [accuracy],
  conv: [convolutions],
  mpi: [ranks],
  recurrent: [recurrences],
};

const isElement = (row: Row): boolean => row.nanosecondsPerElement !== undefined;

/** Of the tables of a benchmark, the rows that belong into this one. */
function rowsIn(columns: readonly Column[], rows: readonly Row[]): readonly Row[] {
  if (columns === elements) return rows.filter(isElement);
  return columns === products ? rows.filter((row) => !isElement(row)) : rows;
}

/** Where and when, in one paragraph. */
function origin({ processor, cores, gibibytes, node, blas, python, date }: Machine, sgemm: Row | undefined): string {
  const versions = [`Node ${node}`, `BLAS: ${blas}`, ...(python === undefined ? [] : [python])];
  const rate =
    sgemm === undefined
      ? 'The machine has no sgemm.'
      : `The machine's sgemm: ${digits(sgemm.gflops)} GFLOP/s on one core (${sgemm.case}, by ${sgemm.backend}).`;
  return `${processor}, ${cores} cores, ${gibibytes} GiB; ${versions.join('; ')}; ${date}. ${rate}`;
}

/** The tables of one benchmark in Markdown, under a paragraph that says where they come from. */
export function tablesOf(benchmark: Benchmark, rows: readonly Row[], machine: Machine): string {
  const isRate = (row: Row): boolean => row.case.startsWith(sgemmCase);
  const measured = rows.filter((row) => !isRate(row));
  const tables = columnsOf[benchmark].map((columns) => table(columns, rowsIn(columns, measured)));
  return [origin(machine, rows.find(isRate)), ...tables].join('\n\n');
}

const quantity = (value: number | undefined, unit: Target['unit']): string => {
  if (value === undefined) return dash;
  return unit === '%' ? percent(value) : unit === '×' ? times(value) : `${value.toFixed(0)} MB`;
};

/** What was to be reached and what was, in Markdown. */
export const targetTable = (rows: readonly Row[]): string =>
  lines([
    ['what', 'goal', 'floor', 'reached', ''],
    ['---', '---', '---', '---', '---'],
    ...targetsOf(rows).map((target) => {
      const { what, goal, floor, reached, unit } = target;
      return [what, ...[goal, floor, reached].map((value) => quantity(value, unit)), verdict(target)];
    }),
  ]);
