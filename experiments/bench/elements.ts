import type { Acceleration } from '../../core/accelerator.ts';
import { block, zeros, type Block } from '../../core/block.ts';
import { random } from '../../core/random.ts';
import { wasmAccelerator } from '../../extensions/wasm/index.ts';
import { interleave } from './contender.ts';
import { largestDifference } from './difference.ts';
import { elementKernels, type ElementBlocks, type ElementKernel } from './element-kernels.ts';
import { median, medianRatio } from './median.ts';
import type { Plan } from './plan.ts';
import type { Row } from './row.ts';
import { timed } from './timed.ts';

/** Samples and outputs of one call: a tile of the widest hidden layer. */
const [rows, cols] = [512, 300];

const elements = rows * cols;

/** Normal numbers where the engine would put them: in the memory of the kernels, where there is any. */
function normal(name: string, acceleration: Acceleration): Block {
  const stream = random(name);
  const data = acceleration.allocate?.('float32', elements) ?? zeros('float32', elements);
  for (let i = 0; i < data.length; i++) data[i] = stream.normal();
  return block(rows, cols, data);
}

/** Targets lie in the memory of the data. */
function targets(): Block {
  const stream = random('y');
  return block(
    rows,
    cols,
    zeros('float32', elements).map(() => Number(stream.normal() > 0)),
  );
}

const blocksIn = (acceleration: Acceleration): ElementBlocks => ({
  y: targets(),
  a: normal('a', acceleration),
  m: normal('m', acceleration),
  lambda: normal('lambda', acceleration),
  out: normal('out', acceleration),
});

async function benchElement({ name, plain, fast }: ElementKernel, plan: Plan): Promise<Row[]> {
  const acceleration = wasmAccelerator().open();
  const accelerated = fast(acceleration);
  const calls = [
    ...(accelerated === undefined ? [] : [{ backend: 'wasm', call: accelerated }]),
    { backend: 'plain', call: plain },
  ];
  const blocks = calls.map(() => blocksIn(acceleration));
  // Before the losses have moved their multipliers.
  const first = calls.map(({ call }, at) => {
    call(blocks[at]!);
    return blocks[at]!.out.data.slice();
  });
  const contenders = calls.map(({ backend, call }, at) => timed(backend, () => call(blocks[at]!), plan.kernelSeconds));
  const turns = await interleave(contenders, plan.kernels);
  return calls.map(({ backend }, at): Row => {
    const seconds = median(turns[at]!);
    return {
      benchmark: 'kernels',
      case: name,
      backend,
      workers: 1,
      seconds,
      nanosecondsPerElement: (seconds / elements) * 1e9,
      ratios: { plain: medianRatio(turns.at(-1)!, turns[at]!) },
      difference: largestDifference(first[at]!, first.at(-1)!),
    };
  });
}

/** Element-wise kernels in WebAssembly beside the plain ones, on a tile that stays in the cache. */
export async function benchElements(plan: Plan): Promise<Row[]> {
  const found: Row[] = [];
  for (const kernel of elementKernels) found.push(...(await benchElement(kernel, plan)));
  return found;
}
