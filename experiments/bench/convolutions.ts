import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LinearAlgebra } from '../../core/linear-algebra.ts';
import { random } from '../../core/random.ts';
import { mlMatrix } from '../../extensions/ml-matrix/index.ts';
import { openBlas } from '../../extensions/openblas/index.ts';
import type { SharedData } from '../../extensions/threads/index.ts';
import { wasmBackend } from '../../extensions/wasm/index.ts';
import { classes, convolutionContender } from './convolution-contender.ts';
import type { Context } from './context.ts';
import { medianRatio } from './median.ts';
import { findPython } from '../reference/python.ts';
import { referenceContender } from './reference-contender.ts';
import type { Row } from './row.ts';
import type { SweepContender } from './sweep-contender.ts';
import { rowOf, secondsOf, sweepTogether } from './sweep-together.ts';

/** A convolutional network: convolutions of stride 1 with zeros beyond the border, each with ReLU and max pooling. */
export interface ConvolutionCase {
  /** Height and width of the images, of one channel. */
  readonly side: number;
  /** The convolutions. */
  readonly layers: readonly { readonly filters: number; readonly kernel: number; readonly pool: number }[];
  /** Images. */
  readonly samples: number;
}

/** Samples of a step, here and in torch. */
const batch = 500;

const nameOf = ({ side, layers }: ConvolutionCase): string =>
  `${side} × ${side}, ${layers.map(({ filters, kernel, pool }) => `${filters} of ${kernel} × ${kernel} / ${pool}`).join(', ')}`;

/** Images of noise, every class with a patch of its own. */
function images({ side, samples }: ConvolutionCase): SharedData {
  const stream = random('images');
  const shared = (length: number): Float32Array<SharedArrayBuffer> =>
    new Float32Array(new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT));
  const [x, y] = [shared(samples * side * side), shared(samples * classes)];
  const patches = Array.from({ length: classes }, () => Float64Array.from({ length: 25 }, () => stream.normal()));
  for (let row = 0; row < samples; row++) {
    const own = stream.integer(classes);
    const at = [stream.integer(side - 5), stream.integer(side - 5)] as const;
    y[row * classes + own] = 1;
    for (let i = 0; i < side * side; i++) x[row * side * side + i] = 0.3 * stream.normal();
    for (let i = 0; i < 25; i++) {
      x[(row * side + at[0] + Math.floor(i / 5)) * side + at[1] + (i % 5)]! += patches[own]![i]!;
    }
  }
  return {
    name: 'images',
    shape: [side, side, 1],
    x: { rows: samples, cols: side * side, data: x },
    y: { rows: samples, cols: classes, data: y },
  };
}

function startsOf(network: ConvolutionCase, problem: SharedData, folder: string): (() => Promise<SweepContender>)[] {
  const kernels = [openBlas, wasmBackend(mlMatrix)]
    .map((backend) => backend.load())
    .filter((loaded): loaded is LinearAlgebra => typeof loaded !== 'string');
  writeFileSync(join(folder, 'problem.json'), JSON.stringify({ ...network, batch }));
  writeFileSync(join(folder, 'x.f32'), problem.x.data);
  writeFileSync(join(folder, 'y.f32'), problem.y.data);
  const torch = { name: 'convolution', form: 'printed', folder, samples: network.samples } as const;
  return [
    ...kernels.flatMap((each) =>
      [undefined, batch].map((chunk) => () => Promise.resolve(convolutionContender(network, each, chunk, problem))),
    ),
    ...(findPython('torch') === undefined ? [] : [() => referenceContender(torch)]),
  ];
}

/** Sweeps of convolutional networks beside torch's forward and backward pass of the same network over the same images. */
export async function benchConvolutions(context: Context): Promise<Row[]> {
  const rows: Row[] = [];
  for (const network of context.plan.convolutions) {
    const name = nameOf(network);
    context.progress(name);
    const folder = mkdtempSync(join(tmpdir(), 'nograd-bench-'));
    try {
      const starts = startsOf(network, images(network), folder);
      const { swept, rates } = await sweepTogether(starts, context.plan.convolutionRounds, context);
      const torch = swept.find(({ contender }) => contender.backend.startsWith('torch'));
      for (const one of swept) {
        const row = rowOf('conv', name, one, rates);
        const ratio = torch === undefined ? undefined : medianRatio(secondsOf(torch), secondsOf(one));
        rows.push(ratio === undefined ? row : { ...row, ratios: { torch: ratio } });
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  return rows;
}
