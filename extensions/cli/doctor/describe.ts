import type { BlasDescription } from '../../openblas/index.ts';
import { count, gibibytes } from '../format.ts';
import type { Colours } from '../io.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { Found } from './found.ts';

/** A part of the report: its title, and a name and what is known of it for each line. */
interface Section {
  readonly title: string;
  readonly rows: readonly (readonly [name: string, about: string])[];
}

const rate = (gflops: number): string => gflops.toFixed(1).padStart(7);

/** What is there, in green; what is not, in yellow. */
function told<T>(found: Found<T>, describe: (there: T) => string, { green, yellow }: Colours): string {
  return found.available ? green(describe(found)) : yellow(found.remedy);
}

function machineOf({ machine, memory }: Diagnosis): Section {
  const limit = memory.limit === null ? 'no limit' : `limited to ${gibibytes(memory.limit)}`;
  return {
    title: 'machine',
    rows: [
      ['system', machine.system],
      ['processor', machine.processor],
      ['cores', `${machine.cores}, of which this process may use ${machine.usableCores}`],
      ['memory', `${gibibytes(memory.total)}, ${gibibytes(memory.free)} free, ${limit}`],
    ],
  };
}

function blasOf({ library, lapack, version = 'version unknown', core }: BlasDescription): string {
  const known = [library, version];
  if (lapack !== undefined) known.push(`LAPACK ${lapack}`);
  if (core !== undefined) known.push(`core ${core}`);
  return known.join(', ');
}

function softwareOf({ nograd, node, wasm, sharedArrayBuffer, blas }: Diagnosis, colours: Colours): Section {
  const { green, yellow } = colours;
  const answer = (there: boolean, remedy: string): string => (there ? green('yes') : yellow(`no: ${remedy}`));
  const supported = node.supported ? green('supported') : yellow('not supported');
  return {
    title: 'software',
    rows: [
      ['nograd', nograd],
      ['Node', `${node.version}, ${supported} (${node.needed})`],
      ['SharedArrayBuffer', answer(sharedArrayBuffer, 'workers need it')],
      ['WebAssembly SIMD', answer(wasm.simd, 'Node 20 has it')],
      ['relaxed SIMD', answer(wasm.relaxedSimd, 'Node 22 has it')],
      ['BLAS', told(blas, blasOf, colours)],
    ],
  };
}

const dataOf = ({ data }: Diagnosis, colours: Colours): Section => ({
  title: 'data',
  rows: data.map((entry) => {
    const { name } = entry;
    return [name, told(entry, (there) => `${count(there.samples)} samples of ${there.features} features`, colours)];
  }),
});

const ratesOf = ({ linearAlgebra }: Diagnosis, colours: Colours): Section => ({
  title: 'linear algebra: GFLOP/s on one thread, float32, a tile of 256 x 784',
  rows: linearAlgebra.map((backend) => {
    const { name } = backend;
    return [name, told(backend, ({ multiply, gram }) => `product${rate(multiply)}  Gram${rate(gram)}`, colours)];
  }),
});

const autoOf = ({ auto }: Diagnosis): Section => ({
  title: 'what auto stands for',
  rows: [
    ['linearAlgebra', auto.linearAlgebra],
    ['workers', auto.workers === 1 ? '1' : `up to ${auto.workers}: fewer where there are few samples`],
  ],
});

/** A diagnosis as lines: titles, and under each a column of names with what is known beside it. */
export function describeDiagnosis(diagnosis: Diagnosis, colours: Colours): string[] {
  const sections = [
    machineOf(diagnosis),
    softwareOf(diagnosis, colours),
    dataOf(diagnosis, colours),
    ratesOf(diagnosis, colours),
    autoOf(diagnosis),
  ];
  const width = Math.max(...sections.flatMap(({ rows }) => rows.map(([name]) => name.length))) + 2;
  return sections.flatMap(({ title, rows }) => [
    colours.bold(title),
    ...rows.map(([name, about]) => `  ${name.padEnd(width)}${about}`),
  ]);
}
