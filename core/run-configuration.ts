import { z } from 'zod';
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
  loss: z.string().default('hinge').describe('Loss of the last layer.'),
});

/** Name of a scheme, with its options beside it. */
const scheme = z.union([z.string(), z.looseObject({ name: z.string() })]);

/** When to stop. */
export const stopSchema = z.strictObject({
  sweeps: z.int().positive().optional().describe('After so many sweeps.'),
  seconds: z.number().positive().optional().describe('After so many seconds of sweeps.'),
  testAccuracy: z.number().min(0).max(1).optional().describe('At this accuracy on the test data, 0 to 1.'),
  patience: z.int().positive().optional().describe('After so many sweeps without a better accuracy.'),
});

/** What every run has, whoever starts it: the library, the command line, or a worker. */
export const trainingSchema = z.strictObject({
  network: networkSchema,
  scheme: scheme.default('taylor').describe('Name of the scheme, alone or with its options.'),
  stop: stopSchema.prefault({}).describe('When to stop. Default: after 30 sweeps.'),
  seed: z.union([z.int(), z.string()]).default(1).describe('Everything random comes from it.'),
  precision: z.enum(['float32', 'float64']).default('float32').describe('Of data and per-sample state.'),
  linearAlgebra: z.string().default('auto').describe('Name of a linear algebra, or auto for the fastest there is.'),
  tileRows: z.int().positive().optional().describe('Samples per tile. Default: what fits the cache.'),
});

/** Network of a run: layers and loss, as plain data. */
export type NetworkConfiguration = z.output<typeof networkSchema>;
/** Stopping rules of a run, as plain data. */
export type StopConfiguration = z.output<typeof stopSchema>;
/** A checked run, as plain data: what a worker or another rank needs to do the same. */
export type TrainingConfiguration = z.output<typeof trainingSchema>;
/** A run as a user writes it, with defaults left out. */
export type TrainingInput = z.input<typeof trainingSchema>;

/** Checks a run and fills in the defaults; messages start with `where`. */
export const checkTraining = (where: string, given: unknown): TrainingConfiguration =>
  checkOptions(where, trainingSchema, given);
