import { z } from 'zod';
import type { Precision } from './block.ts';
import { checkOptions } from './options.ts';

/** One layer of a run file; the keys besides these are the layer kind's own. */
const layer = z.looseObject({
  kind: z.string().describe('Layer kind, e.g. dense.'),
  name: z.string().min(1).optional().describe('Name that later layers can read. Default: kind and position.'),
  from: z
    .union([z.string(), z.array(z.string()).min(1)])
    .optional()
    .describe('Names of the layers it reads, joined in this order. Default: the layer before, or the input.'),
});

/** The network of a run file. */
export const networkSchema = z.strictObject({
  layers: z.array(layer).min(1, 'needs at least one layer').describe('Layers from the input to the output.'),
  loss: z.string().default('squared').describe('Loss of the last layer.'),
});

/** Name of a scheme, with its options beside it. */
const scheme = z.union([z.string(), z.looseObject({ name: z.string() })]);

/** When to stop. */
export const stopSchema = z.strictObject({
  sweeps: z.int().positive().optional().describe('After so many sweeps.'),
  seconds: z.number().positive().optional().describe('After so many seconds of sweeps.'),
  validationAccuracy: z.number().min(0).max(1).optional().describe('At this accuracy on the validation data, 0 to 1.'),
  testAccuracy: z.number().min(0).max(1).optional().describe('At this accuracy on the test data, 0 to 1.'),
  patience: z
    .int()
    .positive()
    .optional()
    .describe(
      'After so many sweeps without a better accuracy, on validation data where there is any, else on test data.',
    ),
});

/** What every run has, whoever starts it: the library, the command line, or a worker. */
export const trainingSchema = z.strictObject({
  network: networkSchema,
  scheme: scheme.default('nested').describe('Name of the scheme, alone or with its options.'),
  stop: stopSchema.prefault({}).describe('When to stop. Default: after 30 sweeps.'),
  seed: z.union([z.int(), z.string()]).default(1).describe('Everything random comes from it.'),
  precision: z.enum(['float32', 'float64']).default('float32').describe('Of data and per-sample state.'),
  linearAlgebra: z.string().default('auto').describe('Name of a linear algebra, or auto for the fastest there is.'),
  tileRows: z.int().positive().optional().describe('Samples per tile. Default: what fits the cache.'),
  keepBest: z
    .boolean()
    .optional()
    .describe(
      'End with the weights of the best sweep: of the highest validation accuracy, or the lowest training loss without validation data. Default: where there is validation data, or the scheme says so.',
    ),
});

/** One layer of a run; the keys besides these are the layer kind's own. */
export interface LayerConfiguration {
  /** Layer kind, e.g. `dense`. */
  readonly kind: string;
  /** Name that later layers can read. Default: kind and position. */
  readonly name?: string | undefined;
  /** Names of the layers it reads, joined in this order. Default: the layer before, or the input. */
  readonly from?: string | readonly string[] | undefined;
  /** Options of the layer kind, e.g. `units` and `activation` of a dense layer. */
  readonly [option: string]: unknown;
}

/** Network of a run, as plain data. */
export interface NetworkConfiguration {
  /** Layers from the input to the output. */
  readonly layers: readonly LayerConfiguration[];
  /** Loss of the last layer. Default of a run: `squared`. */
  readonly loss: string;
}

/** When to stop: whichever comes first. */
export interface StopConfiguration {
  /** After so many sweeps. */
  readonly sweeps?: number | undefined;
  /** After so many seconds of sweeps, evaluation excluded. */
  readonly seconds?: number | undefined;
  /** At this accuracy on the validation data, 0 to 1. */
  readonly validationAccuracy?: number | undefined;
  /** At this accuracy on the test data, 0 to 1. */
  readonly testAccuracy?: number | undefined;
  /** After so many sweeps without a better accuracy: on the validation data where there is any, else on the test data. */
  readonly patience?: number | undefined;
}

/** A scheme of a run: its name, with its options beside it. */
export interface SchemeConfiguration {
  /** Name of the scheme. */
  readonly name: string;
  /** Options of the scheme. */
  readonly [option: string]: unknown;
}

/** A checked run, as plain data: what a worker or another rank needs to do the same. */
export interface TrainingConfiguration {
  /** Layers and loss. */
  readonly network: NetworkConfiguration;
  /** Scheme, by name or with options. */
  readonly scheme: string | SchemeConfiguration;
  /** When to stop. */
  readonly stop: StopConfiguration;
  /**
   * End with the weights of the best sweep: of the highest validation accuracy, or the lowest training loss without
   * validation data. Default: where there is validation data, or the scheme says so.
   */
  readonly keepBest?: boolean | undefined;
  /** Everything random comes from it. */
  readonly seed: number | string;
  /** Of data and per-sample state. */
  readonly precision: Precision;
  /** Name of a linear algebra, or `auto` for the fastest there is. */
  readonly linearAlgebra: string;
  /** Samples per tile. Default: what fits the cache. */
  readonly tileRows?: number | undefined;
}

/** A run as a user writes it: what has a default may be left out. */
export interface TrainingInput {
  /** Layers and loss; the loss is `squared` by default. */
  readonly network: Pick<NetworkConfiguration, 'layers'> & Partial<NetworkConfiguration>;
  /** Scheme, by name or with options. Default: `nested`. */
  readonly scheme?: TrainingConfiguration['scheme'];
  /** When to stop. Default: after 30 sweeps. */
  readonly stop?: StopConfiguration;
  /** End with the weights of the best sweep. Default: where there is validation data, or the scheme says so. */
  readonly keepBest?: boolean;
  /** Everything random comes from it. Default: 1. */
  readonly seed?: number | string;
  /** Of data and per-sample state. Default: `float32`. */
  readonly precision?: Precision;
  /** Name of a linear algebra. Default: `auto`, the fastest there is. */
  readonly linearAlgebra?: string;
  /** Samples per tile. Default: what fits the cache. */
  readonly tileRows?: number;
}

/** Checks a run and fills in the defaults; messages start with `where`. */
export const checkTraining = (where: string, given: unknown): TrainingConfiguration =>
  checkOptions(where, trainingSchema, given);
