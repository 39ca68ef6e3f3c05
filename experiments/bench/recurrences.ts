import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { block } from '../../core/block.ts';
import { random } from '../../core/random.ts';
import { residentData } from '../../core/resident-data.ts';
import { checkTraining } from '../../core/run-configuration.ts';
import { shareData, type SharedData } from '../../extensions/threads/index.ts';
import { productLinearAlgebras } from './backends.ts';
import { settled } from './contender.ts';
import type { Context } from './context.ts';
import { medianRatio } from './median.ts';
import { findPython } from '../reference/python.ts';
import { referenceContender } from './reference-contender.ts';
import type { Row } from './row.ts';
import { heldContender, type SweepContender } from './sweep-contender.ts';
import { rowOf, secondsOf, sweepTogether } from './sweep-together.ts';

/** An Elman network that reads sequences to the end, and how many. */
export interface RecurrentCase {
  /** Steps of a sequence. */
  readonly steps: number;
  /** Features of a step. */
  readonly features: number;
  /** Features of the state. */
  readonly units: number;
  /** Sequences. */
  readonly samples: number;
}

/** Ten classes, as of digits. */
const classes = 10;

/** Samples of a step of the streaming form, and of a batch in torch. */
const batch = 500;

/** Sequences of noise around one of ten curves. */
function sequences({ steps, features, samples }: RecurrentCase): SharedData {
  const stream = random('sequences');
  const width = steps * features;
  const curves = Float32Array.from({ length: classes * width }, () => stream.normal());
  const x = new Float32Array(samples * width);
  const y = new Float32Array(samples * classes);
  for (let row = 0; row < samples; row++) {
    const own = stream.integer(classes);
    y[row * classes + own] = 1;
    for (let i = 0; i < width; i++) x[row * width + i] = curves[own * width + i]! + 2 * stream.normal();
  }
  return shareData(residentData('sequences', block(samples, width, x), block(samples, classes, y), [steps, features]));
}

const configurationOf = (units: number, linearAlgebra: string, chunk: number | undefined) =>
  checkTraining('bench', {
    network: { layers: [{ kind: 'recurrent', units }, { kind: 'dense' }] },
    scheme: { name: 'nested', ...(chunk && { chunk }) },
    // The benchmark ends a run by its signal.
    stop: { sweeps: Number.MAX_SAFE_INTEGER },
    seed: 1,
    linearAlgebra,
  });

function startsOf(given: RecurrentCase, problem: SharedData, folder: string): (() => Promise<SweepContender>)[] {
  writeFileSync(join(folder, 'problem.json'), JSON.stringify({ ...given, batch }));
  writeFileSync(join(folder, 'x.f32'), problem.x.data);
  writeFileSync(join(folder, 'y.f32'), problem.y.data);
  const own = productLinearAlgebras().flatMap((backend) =>
    [undefined, batch].map((chunk) => async (): Promise<SweepContender> => {
      const configuration = configurationOf(given.units, backend, chunk);
      const contender = await heldContender({ configuration, backend, workers: 1, problem });
      return chunk === undefined ? contender : { ...contender, backend: `${backend}, chunks of ${chunk}` };
    }),
  );
  if (findPython('torch') === undefined) return own;
  const torch = { name: 'recurrent', form: 'printed', folder, samples: given.samples } as const;
  return [...own, () => referenceContender(torch)];
}

async function compare(given: RecurrentCase, context: Context): Promise<Row[]> {
  const { steps, features, units, samples } = given;
  const name = `${steps} steps of ${features}, ${units} units`;
  context.progress(`${name}, ${samples} samples`);
  const folder = mkdtempSync(join(tmpdir(), 'nograd-bench-'));
  try {
    const starts = startsOf(given, sequences(given), folder).map((start) => async () => settled(await start()));
    const { swept, rates } = await sweepTogether(starts, context.plan.recurrentRounds, context);
    const torch = swept.find(({ contender }) => contender.backend.startsWith('torch'));
    return swept.map((one): Row => {
      const row = rowOf('recurrent', name, one, rates);
      if (torch === undefined || one === torch) return row;
      return { ...row, ratios: { torch: medianRatio(secondsOf(torch), secondsOf(one)) } };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A sweep over a recurrent network beside torch's forward and backward pass of the same network over the same sequences. */
export async function benchRecurrences(context: Context): Promise<Row[]> {
  const rows: Row[] = [];
  for (const given of context.plan.recurrences) rows.push(...(await compare(given, context)));
  return rows;
}
