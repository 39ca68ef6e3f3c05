import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Label } from '../../core/targets.ts';
import { openData, prepare, type RawData } from '../../extensions/data/index.ts';
import { shareData, type SharedData } from '../../extensions/threads/index.ts';
import type { AccuracyCase, AccuracyLimits } from './accuracy-plan.ts';

/** The samples that all methods are given. */
export interface AccuracyData {
  /** To train on. */
  readonly train: SharedData;
  /** To test on. */
  readonly test: SharedData;
  /** What the targets stand for. */
  readonly classes: readonly Label[];
}

/** Some consecutive rows. */
const cut = (raw: RawData, from: number, to: number): RawData => ({
  ...raw,
  rows: to - from,
  values: raw.values.subarray(from * raw.cols, to * raw.cols),
  labels: raw.labels?.slice(from, to),
});

async function openParts({ train, test, label }: AccuracyCase): Promise<readonly [train: RawData, test: RawData]> {
  const open = (name: string): Promise<RawData> => openData(name, label === undefined ? {} : { label });
  const raw = await open(train);
  if (typeof test === 'string') return [raw, await open(test)];
  const kept = raw.rows - test;
  return [cut(raw, 0, kept), cut(raw, kept, raw.rows)];
}

/**
 * Opens the samples of a case in shared memory, in single precision.
 *
 * @throws UserError where they are not on this machine.
 */
export async function openAccuracyData(one: AccuracyCase): Promise<AccuracyData> {
  const [train, test] = await openParts(one);
  const { standardise, samples } = one;
  const { source, classes, preprocessing } = prepare(train, { standardise, ...(samples && { limit: samples }) });
  const treated = { knownClasses: classes, ...(preprocessing && { preprocessing }) };
  return { train: shareData(source), test: shareData(prepare(test, treated).source), classes };
}

/** Writes what other implementations need into a folder: raw f32 of inputs and 0/1 targets, and everything else in JSON. */
export function writeAccuracyProblem(
  { sizes, target }: AccuracyCase,
  limits: AccuracyLimits,
  { train, test }: AccuracyData,
  folder: string,
): void {
  const { seconds, epochs, iterations } = limits;
  writeFileSync(join(folder, 'problem.json'), JSON.stringify({ sizes, target, seconds, epochs, iterations }));
  for (const [name, { data }] of Object.entries({ x: train.x, y: train.y, 'x-test': test.x, 'y-test': test.y })) {
    writeFileSync(join(folder, `${name}.f32`), data);
  }
}
