import type { RunSnapshot } from '../../../core/checkpoints.ts';
import { serialConsensus } from '../../../core/consensus.ts';
import type { SweepRecord } from '../../../core/observer.ts';
import { disk, FileCheckpoints, type Disk } from '../../../extensions/checkpoint/index.ts';

export const recordOf = (sweep: number): SweepRecord => ({
  sweep,
  objective: 1 / sweep,
  residuals: [{ node: 'out', linear: 0.1 / 3 }],
  measures: { lowest: -0, highest: Infinity },
  notes: ['a "note"'],
  train: { loss: 0.5, accuracy: 1 / 3 },
  seconds: 1,
  totalSeconds: sweep,
  phases: { weights: 1, inputs: 0, activations: 0, gather: 0, consensus: 0 },
  samplesPerSecond: 10,
  gflops: 1,
});

/** A snapshot after so many sweeps. */
export const snapshotAt = (sweep: number, perSample = true): RunSnapshot => ({
  records: Array.from({ length: sweep }, (_, index) => recordOf(index + 1)),
  weights: [Float32Array.of(sweep, 0.1, NaN), new Float64Array(0)],
  bestWeights: [Float32Array.of(-sweep, Infinity, 7), new Float64Array(0)],
  sweeper: {
    values: { sweeps: sweep, lowest: Infinity, none: NaN, zero: -0 },
    arrays: { 'z/0': Float32Array.of(1, 2, sweep), 'lambda/0': Float64Array.of(sweep / 3) },
  },
  perSample,
});

export const identity = { seed: 1, scheme: { name: 'taylor', gamma: 10 } };

interface Given {
  readonly folder: string;
  readonly resume?: boolean;
  readonly disk?: Disk;
  readonly identity?: Readonly<Record<string, unknown>>;
}

/** Checkpoints after every sweep, and what they have told. */
export function checkpointsIn({ folder, resume = false, disk: used = disk, ...given }: Given) {
  const notes: string[] = [];
  const schedule = { sweeps: 1, keep: 2, finished: true };
  const checkpoints = new FileCheckpoints(
    { folder, schedule, resume, identity, nograd: '1.2.3', ...given },
    { consensus: serialConsensus, note: (text) => notes.push(text), disk: used },
  );
  const save = (sweep: number, perSample?: boolean): void => {
    checkpoints.offer({ record: recordOf(sweep), snapshot: () => snapshotAt(sweep, perSample) });
  };
  return { checkpoints, notes, save };
}

/** What a run would go on from, and what it is told. */
export function resumeFrom(folder: string, given: Partial<Given> = {}) {
  const { checkpoints, notes } = checkpointsIn({ folder, resume: true, ...given });
  return { snapshot: checkpoints.load(), notes };
}
