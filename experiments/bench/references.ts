import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SharedData } from '../../extensions/threads/index.ts';
import { productLinearAlgebras } from './backends.ts';
import { schemeOptions } from './configuration.ts';
import { settled } from './contender.ts';
import type { Context } from './context.ts';
import { relativeDistance } from './difference.ts';
import { medianRatio } from './median.ts';
import { nameOf, type NetworkCase } from './plan.ts';
import { syntheticProblem } from './problem.ts';
import { findPython } from '../reference/python.ts';
import { referenceContender } from './reference-contender.ts';
import type { Row } from './row.ts';
import { sweepContender, type SweepContender } from './sweep-contender.ts';
import { rowOf, secondsOf, sweepTogether, type Swept } from './sweep-together.ts';

/**
 * How far the weights of a reference may be from nograd's, as $|W - W'| / |W'|$: it sums whole matrices in single
 * precision, nograd tiles in double, and sweeps pass the difference on.
 */
const tolerance = 0.002;

/** All weights after the last sweep, in one array. */
const weightsOf = ({ turns }: Swept): number[] => turns.at(-1)!.weights.flatMap((weights) => [...weights]);

function writeProblem(sizes: readonly number[], { x, y }: SharedData, folder: string): void {
  const { gamma, beta, warmSweeps } = schemeOptions;
  writeFileSync(join(folder, 'problem.json'), JSON.stringify({ sizes, gamma, beta, warmSweeps }));
  writeFileSync(join(folder, 'x.f32'), x.data);
  writeFileSync(join(folder, 'y.f32'), y.data);
}

/** nograd by its fastest linear algebras, then every reference that this machine can run, all from the same start. */
function startsOf({ sizes, samples }: NetworkCase, folder: string): (() => Promise<SweepContender>)[] {
  const problem = syntheticProblem(samples, sizes[0]!);
  writeProblem(sizes, problem, folder);
  const packages = (['numpy', 'torch'] as const).filter((name) => findPython(name) !== undefined);
  return [
    ...productLinearAlgebras().map((backend, at) => () => {
      const setup = { sizes, backend, workers: 1, problem };
      return sweepContender(at === 0 ? { ...setup, startFolder: folder } : setup);
    }),
    ...packages.flatMap((name) =>
      (['printed', 'closed'] as const).map((form) => () => referenceContender({ name, form, folder, samples })),
    ),
  ];
}

function rowsOf(name: string, swept: readonly Swept[], rates: readonly number[]): Row[] {
  const first = weightsOf(swept[0]!);
  return swept.map((one): Row => {
    const row = rowOf('references', name, one, rates);
    const difference = relativeDistance(weightsOf(one), first);
    if (!(difference <= tolerance)) throw new Error(`${name}: the weights of ${row.backend} are ${difference} off.`);
    const ratios = swept.flatMap((other): [string, number][] =>
      other === one ? [] : [[other.contender.backend, medianRatio(secondsOf(other), secondsOf(one))]],
    );
    return { ...row, difference, ratios: Object.fromEntries(ratios) };
  });
}

async function compare(network: NetworkCase, context: Context): Promise<Row[]> {
  const name = nameOf(network.sizes);
  context.progress(`${name}, ${network.samples} samples`);
  const folder = mkdtempSync(join(tmpdir(), 'nograd-bench-'));
  try {
    const starts = startsOf(network, folder).map((start) => async () => settled(await start()));
    const { swept, rates } = await sweepTogether(starts, context.plan.references, context);
    return rowsOf(name, swept, rates);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The same algorithm in numpy and in torch, from the same start on the same samples, beside nograd on one worker. */
export async function benchReferences(context: Context): Promise<Row[]> {
  const rows: Row[] = [];
  for (const network of context.plan.networks) rows.push(...(await compare(network, context)));
  return rows;
}
