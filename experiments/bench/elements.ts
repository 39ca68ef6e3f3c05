import { hardSigmoid, relu } from '../../activations/index.ts';
import type { Accelerator } from '../../core/accelerator.ts';
import type { ActivationSolver } from '../../core/activation-solver.ts';
import { zeros, type Real } from '../../core/block.ts';
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
  readonly run: (activation: ActivationSolver, a: Real, m: Real, out: Real) => void;
}

const sums = new Float64Array(2);

const kernels: readonly ElementKernel[] = [
  { name: 'apply relu', activation: relu, run: (solver, a, _, out) => solver.apply(a, out) },
  { name: 'solve relu', activation: relu, run: (solver, a, m, out) => solver.solve(a, m, penalty, out) },
  {
    name: 'solve relu and sum',
    activation: relu,
    run(solver, a, m, out) {
      if (solver.solveAndSum === undefined) solver.solve(a, m, penalty, out);
      else solver.solveAndSum(a, m, penalty, out, sums);
    },
  },
  { name: 'apply hard-sigmoid', activation: hardSigmoid, run: (solver, a, _, out) => solver.apply(a, out) },
  { name: 'solve hard-sigmoid', activation: hardSigmoid, run: (solver, a, m, out) => solver.solve(a, m, penalty, out) },
];

/** Arrays lie where the engine would put them: in the memory of the kernels, where there is any. */
function normal(name: string, accelerator: Accelerator): Real {
  const stream = random(name);
  const data = accelerator.allocate?.('float32', elements) ?? zeros('float32', elements);
  for (let i = 0; i < data.length; i++) data[i] = stream.normal();
  return data;
}

async function benchElement({ name, activation, run }: ElementKernel, plan: Plan): Promise<Row[]> {
  const accelerator = wasmAccelerator();
  const [a, m] = [normal('a', accelerator), normal('m', accelerator)];
  const reference = zeros('float32', elements);
  run(activation, a, m, reference);
  const fast = accelerator.activation(activation);
  const solvers = [
    ...(fast === undefined ? [] : [{ backend: 'wasm', solver: fast }]),
    { backend: 'plain', solver: activation },
  ];
  const results = solvers.map(({ backend }) => normal(backend, accelerator));
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
