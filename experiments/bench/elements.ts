import { hardSigmoid, relu } from '../../activations/index.ts';
import type { ActivationSolver } from '../../core/activation-solver.ts';
import { random } from '../../core/random.ts';
import { wasmAccelerator } from '../../extensions/wasm/index.ts';
import { interleave } from './contender.ts';
import { largestDifference } from './difference.ts';
import { median, medianRatio } from './median.ts';
import type { Plan } from './plan.ts';
import type { Row } from './row.ts';
import { timed } from './timed.ts';

/** Elements of one call: a tile of the widest hidden layer. */
const elements = 512 * 300;

const penalty = { gamma: 10, beta: 1 };

/** What is done to every element; the sums of the constraint terms come with it where the kernels have them at hand. */
interface ElementKernel {
  readonly name: string;
  readonly activation: ActivationSolver;
  readonly run: (activation: ActivationSolver, a: Float32Array, m: Float32Array, out: Float32Array) => void;
}

const sums = new Float64Array(2);

const kernels: readonly ElementKernel[] = [
  { name: 'apply relu', activation: relu, run: (solver, a, _, out) => solver.apply(a, out) },
  { name: 'solve relu', activation: relu, run: (solver, a, m, out) => solver.solve(a, m, penalty, out) },
  {
    name: 'solve relu and sum',
    activation: relu,
    run: (solver, a, m, out) => (solver.solveAndSum ?? solver.solve)(a, m, penalty, out, sums),
  },
  { name: 'apply hard-sigmoid', activation: hardSigmoid, run: (solver, a, _, out) => solver.apply(a, out) },
  { name: 'solve hard-sigmoid', activation: hardSigmoid, run: (solver, a, m, out) => solver.solve(a, m, penalty, out) },
];

const normal = (name: string): Float32Array => {
  const stream = random(name);
  return Float32Array.from({ length: elements }, () => stream.normal());
};

async function benchElement({ name, activation, run }: ElementKernel, plan: Plan): Promise<Row[]> {
  const [a, m] = [normal('a'), normal('m')];
  const reference = new Float32Array(elements);
  run(activation, a, m, reference);
  const fast = wasmAccelerator().activation(activation);
  const solvers = [
    ...(fast === undefined ? [] : [{ backend: 'wasm', solver: fast }]),
    { backend: 'plain', solver: activation },
  ];
  const results = solvers.map(() => new Float32Array(elements));
  const contenders = solvers.map(({ backend, solver }, at) =>
    timed(backend, () => run(solver, a, m, results[at]!), plan.kernelSeconds),
  );
  const turns = await interleave(contenders, plan.kernels);
  return solvers.map(({ backend }, at): Row => {
    const seconds = median(turns[at]!);
    return {
      benchmark: 'kernels',
      case: name,
      backend,
      workers: 1,
      seconds,
      nanosecondsPerElement: (seconds / elements) * 1e9,
      ratios: { plain: medianRatio(turns.at(-1)!, turns[at]!) },
      difference: largestDifference(results[at]!, reference),
    };
  });
}

/** Element-wise kernels in WebAssembly beside the plain ones, on a tile that stays in the cache. */
export async function benchElements(plan: Plan): Promise<Row[]> {
  const rows: Row[] = [];
  for (const kernel of kernels) rows.push(...(await benchElement(kernel, plan)));
  return rows;
}
