import type { LinearAlgebra } from '../../core/linear-algebra.ts';
import { mlMatrix } from '../../extensions/ml-matrix/index.ts';
import { availableLinearAlgebras } from './backends.ts';
import { interleave, type Contender } from './contender.ts';
import type { Context } from './context.ts';
import { largestDifference } from './difference.ts';
import { benchElements } from './elements.ts';
import { kernelCall, operationsOf, shapesOf, type KernelShape } from './kernel-shapes.ts';
import { median, medianRatio } from './median.ts';
import { nameOf } from './plan.ts';
import type { Row } from './row.ts';
import { timed } from './timed.ts';

/** Single precision, sums of some hundred products: a kernel that differs by more is wrong, not inexact. */
const tolerance = 1e-4;

/** How far one call is from ml-matrix; throws where that is too far. */
function differenceOf(shape: KernelShape, linearAlgebra: LinearAlgebra): number {
  const [tried, reference] = [linearAlgebra, mlMatrix].map((each) => kernelCall(shape, each));
  tried!.call();
  reference!.call();
  const difference = largestDifference(tried!.result, reference!.result);
  if (difference <= tolerance) return difference;
  throw new Error(`${linearAlgebra.name}: ${shape.name} differs by ${difference} from ml-matrix.`);
}

async function benchShape(network: string, shape: KernelShape, { plan, sgemm }: Context): Promise<Row[]> {
  const all = availableLinearAlgebras();
  const calls = all.map((each) => timed(each.name, kernelCall(shape, each).call, plan.kernelSeconds));
  const contenders: Contender<number>[] = sgemm === undefined ? calls : [sgemm, ...calls];
  const turns = await interleave(contenders, plan.kernels);
  const rates = sgemm === undefined ? undefined : turns.shift();
  return all.map((linearAlgebra, at): Row => {
    const own = turns[at]!.map((seconds) => operationsOf(shape) / seconds / 1e9);
    return {
      benchmark: 'kernels',
      case: `${network}: ${shape.name}, ${shape.rows} rows`,
      backend: linearAlgebra.name,
      workers: 1,
      seconds: median(turns[at]!),
      gflops: median(own),
      ...(rates && { sgemmShare: medianRatio(own, rates) }),
      difference: differenceOf(shape, linearAlgebra),
    };
  });
}

/** Every product of a sweep on one tile, by every linear algebra, and then the element-wise kernels. */
export async function benchKernels(context: Context): Promise<Row[]> {
  const { plan, progress } = context;
  const rows: Row[] = [];
  for (const { sizes } of plan.networks) {
    for (const shape of shapesOf(sizes)) {
      progress(`${nameOf(sizes)}: ${shape.name}`);
      rows.push(...(await benchShape(nameOf(sizes), shape, context)));
    }
  }
  progress('element-wise kernels');
  return [...rows, ...(await benchElements(plan))];
}
