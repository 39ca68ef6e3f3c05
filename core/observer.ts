import type { Network } from './network.ts';
import type { Outcome } from './outcome.ts';
import type { Phase } from './phase-clock.ts';
import type { SweepReport } from './scheme.ts';
import { token } from './token.ts';

/** Loss (mean per sample) and accuracy (share of right decisions) of the deployed forward network on some data. */
export interface Score {
  /** Mean loss of a sample. */
  readonly loss: number;
  /** Share of samples decided right, 0 to 1. */
  readonly accuracy: number;
}

/** What one sweep did, and how well the deployed network does after it. */
export interface SweepRecord extends SweepReport {
  /** 1 for the first sweep. */
  readonly sweep: number;
  /** On the training data. */
  readonly train: Score;
  /** On the validation data, where there is any. */
  readonly validation?: Score;
  /** On the test data, where there is any. */
  readonly test?: Score;
  /** Seconds in this sweep, evaluation excluded. */
  readonly seconds: number;
  /** Seconds in all sweeps so far, evaluation excluded. */
  readonly totalSeconds: number;
  /** Seconds of this sweep per phase. */
  readonly phases: Readonly<Record<Phase, number>>;
  /** Samples per second of this sweep, over all ranks. */
  readonly samplesPerSecond: number;
  /** Floating-point operations of the sweep's matrix products per second, over all ranks, in 1e9. */
  readonly gflops: number;
}

/** What a run is about to do. */
export interface RunStart {
  /** The network about to be trained. */
  readonly network: Network;
  /** Training samples over all ranks. */
  readonly samples: number;
  /** Validation samples over all ranks; 0 for none. */
  readonly validationSamples: number;
  /** Test samples over all ranks; 0 for none. */
  readonly testSamples: number;
  /** Upper bound on the number of sweeps, where one is known. */
  readonly sweeps?: number;
  /** Of the sweeps before a checkpoint that the run goes on from; absent where it starts from the beginning. */
  readonly earlier?: readonly SweepRecord[];
}

/** Extension point: is told what happens; changes nothing. Called on rank 0 alone, in order of binding, and awaited. */
export interface Observer {
  /** Before the first sweep. */
  start?(run: RunStart): void | Promise<void>;
  /** After every sweep. The network is the deployed one: read it now or copy it. */
  sweep?(record: SweepRecord, network: Network): void | Promise<void>;
  /** Once, however the run ended. */
  end?(outcome: Outcome, last: SweepRecord | undefined): void | Promise<void>;
}

/** Container identifier; bind as many as you like. */
export const Observer = token<Observer>('Observer');
