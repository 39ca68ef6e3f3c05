import type { z } from 'zod';
import type { Precision } from './block.ts';
import type { ConsensusBackend } from './consensus.ts';
import type { Shard } from './data-source.ts';
import type { Graph } from './graph.ts';
import type { Initialiser } from './initialiser.ts';
import type { LinearAlgebra } from './linear-algebra.ts';
import type { Network } from './network.ts';
import type { Failure } from './outcome.ts';
import type { PhaseClock } from './phase-clock.ts';
import type { Random } from './random.ts';
import type { Advice } from './symptom.ts';
import { token } from './token.ts';

/** How far one node is from its constraints, as root mean squares over samples and features. */
export interface NodeResidual {
  /** Name of the node. */
  readonly node: string;
  /** $\operatorname{rms}(z - W a)$. */
  readonly linear: number;
  /** $\operatorname{rms}(a - h(z))$; absent on output nodes. */
  readonly activation?: number;
}

/** What one sweep did. The same on every rank. */
export interface SweepReport {
  /** The scheme's own objective, per sample. */
  readonly objective: number;
  /** Constraint residuals of every node. */
  readonly residuals: readonly NodeResidual[];
  /**
   * The scheme's own numbers, e.g. its step length. Known to the engine: `relaxedAccuracy`, the share of samples that the
   * scheme's own outputs decide right, and `damping` of the step.
   */
  readonly measures?: Readonly<Record<string, number>>;
  /** Things worth telling once, e.g. the remedy for a rank-deficient Gram matrix. */
  readonly notes: readonly string[];
}

/** Everything a sweeper needs to go on exactly where another left off. */
export interface Snapshot {
  /** Numbers by name. */
  readonly values: Readonly<Record<string, number>>;
  /** Blocks by name. */
  readonly arrays: Readonly<Record<string, Float32Array | Float64Array>>;
}

/** A scheme at work on one rank's samples. */
export interface Sweeper {
  /** What to try when a run shows a symptom. Default: general advice. */
  readonly advice?: Advice;
  /** Updates every block once and writes the new weights into the network. A failure leaves them as they were. */
  sweep(): SweepReport | Failure;
  /** The state besides the network's weights. */
  save(): Snapshot;
  /** Goes back to a saved state; with the weights of that moment, the next sweep has the same bits. */
  restore(snapshot: Snapshot): void;
}

/** What a scheme works with. */
export interface SchemeServices {
  /** This rank's samples. */
  readonly shard: Shard;
  /** Samples over all ranks. */
  readonly samples: number;
  /** Kernels. */
  readonly linearAlgebra: LinearAlgebra;
  /** Sums over ranks. */
  readonly consensus: ConsensusBackend;
  /** Where every random number comes from. */
  readonly random: Random;
  /** Of the blocks. */
  readonly precision: Precision;
  /** Times the phases of a sweep. */
  readonly clock: PhaseClock;
  /** The initialiser that the scheme names. */
  readonly initialiser: Initialiser;
}

/** Numbers that a scheme keeps for every sample, besides the sample itself. */
export interface SampleState {
  /** It cannot run without them: with any, the samples have to be resident. */
  readonly needed: number;
  /** Kept to save time, as long as the samples are resident. */
  readonly spare: number;
}

/** Extension point: the order and form of the updates in a sweep. */
export interface Scheme<Options = unknown> {
  /** Unique name, as run files spell it. */
  readonly name: string;
  /** Its keys under `scheme:` besides `name`, with defaults and descriptions. */
  readonly options: z.ZodType<Options>;
  /** Defaults of layer options under this scheme, e.g. `{ bias: false }`; what a run file says of a layer wins. */
  layerDefaults?(options: Options): Readonly<Record<string, unknown>>;
  /**
   * Keep the best weights instead of the last ones, where a run has no validation data and does not say? Default: no.
   */
  keepBest?(options: Options): boolean;
  /** Registered name of the initialiser that the scheme starts its weights with. Default: `zero`. */
  initialiser?(options: Options): string;
  /**
   * What it keeps per sample. Memory is estimated from it before a run, and samples are read from disk in every pass only
   * where nothing is needed. Default: unknown, so that the samples have to be resident.
   */
  sampleState?(graph: Graph, options: Options): SampleState;
  /** Sets up the state for a network whose weights are still zero. */
  start(network: Network, options: Options, services: SchemeServices): Sweeper;
}

/** Container identifier; bind as many as you like. */
export const Scheme = token<Scheme>('Scheme');
