import { z } from 'zod';
import type { Scheme } from '../../scheme.ts';
import { keptPerSample } from './kept.ts';
import { NestedSweeper } from './nested-sweeper.ts';
import { StreamSweeper } from './stream-sweeper.ts';

const options: z.ZodType<NestedOptions> = z.strictObject({
  gamma: z.number().positive().default(1).describe('Penalty of a = h(z), relative to that of z = W a.'),
  ridge: z
    .union([z.number().min(0), z.literal('auto')], { error: 'must be a number from 0 up, or auto' })
    .default('auto')
    .describe(
      'Ridge of the directions of hidden layers, relative to the largest eigenvalue of their inputs; auto: by the number of samples, and more as the objective falls.',
    ),
  ridgeOutput: z
    .union([z.number().min(0), z.literal('auto')], { error: 'must be a number from 0 up, or auto' })
    .default('auto')
    .describe('Ridge of the output weights, relative to the mean eigenvalue of their inputs; auto: by the noise.'),
  betaOutput: z
    .number()
    .positive()
    .default(1)
    .describe('Penalty of the proximal targets of a loss that is not squared.'),
  damping: z.number().positive().default(0.1).describe('Damping of the first step.'),
  subsample: z.int().positive().default(4000).describe('Samples that measure the step, drawn anew in every sweep.'),
  chunk: z
    .int()
    .positive()
    .optional()
    .describe('Samples of a step in the streaming form, e.g. 500. Default: all of them, one step a sweep.'),
  step: z
    .number()
    .positive()
    .default(0.4)
    .describe('Step of the streaming form, relative to the one that its chunk would take by itself.'),
  momentum: z
    .boolean()
    .default(true)
    .describe('Full batch: go along the last step too, as far as is measured to help.'),
  refit: z
    .boolean()
    .default(true)
    .describe(
      'Fit the output weights of a squared loss anew, exactly, wherever the hidden ones are; else they move like these.',
    ),
  initialiser: z.string().default('he').describe('Start values of the hidden weights.'),
  bias: z.boolean().default(true).describe('Give every layer a bias unless it says otherwise.'),
});

/** Options of the `nested` scheme. */
export interface NestedOptions {
  /** $\gamma / \beta$ of hidden nodes. Default: 1. */
  readonly gamma: number;
  /** Ridge of the directions of hidden layers, relative to the largest eigenvalue of their inputs. Default: `auto`, see `HiddenRidge`. */
  readonly ridge: number | 'auto';
  /** Ridge of the output weights, relative to the mean eigenvalue of their inputs. Default: `auto`, see `OutputRidge`. */
  readonly ridgeOutput: number | 'auto';
  /** $\beta$ of the proximal targets of a loss that is not squared. Default: 1. */
  readonly betaOutput: number;
  /** Levenberg-Marquardt damping of the first step. Default: 0.1. */
  readonly damping: number;
  /** Samples that measure the step. Default: 4000. */
  readonly subsample: number;
  /** Samples of a step in the streaming form, over all ranks. Default: all of them, one step a sweep. */
  readonly chunk?: number | undefined;
  /** Step of the streaming form, relative to the one that its chunk would take by itself. Default: 0.4. */
  readonly step: number;
  /** Full batch: whether a step goes along the last one too. Default: yes. */
  readonly momentum: boolean;
  /** Whether the output weights of a squared loss are fitted anew wherever the hidden ones are (variable projection). Default: yes. */
  readonly refit: boolean;
  /** Start values of the hidden weights; a ReLU network needs other ones than zero. Default: `he`. */
  readonly initialiser: string;
  /** Give every layer a bias unless it says otherwise. Default: yes. */
  readonly bias: boolean;
}

/**
 * Nested least squares: in every sweep the residuals of the outputs go backwards through the paper's closed-form sub-problems
 * from a feasible point; every hidden layer moves along the least-squares fit of what they ask of it, by a step that two
 * forward passes over a subsample measure; the output layer is refitted exactly. It keeps nothing per sample, never raises its
 * objective, and needs no derivative. See `docs/mathematics.md`.
 */
export const nested: Scheme<NestedOptions> = {
  name: 'nested',
  options,
  layerDefaults: ({ bias }) => ({ bias }),
  initialiser: ({ initialiser }) => initialiser,
  sampleState: (graph, { chunk }) => ({ needed: 0, spare: chunk === undefined ? keptPerSample(graph) : 0 }),
  start: (network, chosen, services) =>
    chosen.chunk === undefined
      ? new NestedSweeper(network, chosen, services)
      : new StreamSweeper(network, chosen, services, chosen.chunk),
};
