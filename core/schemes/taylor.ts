import { z } from 'zod';
import type { Scheme } from '../scheme.ts';
import { splitStateSize } from './split-state.ts';
import { TaylorSweeper } from './taylor-sweeper.ts';

/** Zod's numbers are finite, and JSON has no word for infinity: the JSON Schema of run files knows the finite ones. */
const sweepsOrNever = z
  .custom<number>((given) => typeof given === 'number' && given >= 0, 'must be a number from 0 up, or .inf')
  .meta({ type: 'number', minimum: 0 });

const options: z.ZodType<TaylorOptions> = z.strictObject({
  gamma: z.number().positive().default(10).describe('Penalty of a = h(z) on hidden nodes.'),
  beta: z.number().positive().default(1).describe('Penalty of z = W a on hidden nodes.'),
  betaOutput: z
    .number()
    .positive()
    .optional()
    .describe('Penalty of z = W a on output nodes; beta where it is not given.'),
  warmSweeps: sweepsOrNever.default(10).describe('Sweeps before the multiplier is first updated.'),
  multiplierStep: z
    .enum(['printed', 'exact', 'none'])
    .default('printed')
    .describe('Length of the multiplier step: beta as in Algorithm 1, 2 beta as Eq. 5 implies, or no step at all.'),
  order: z.enum(['forward', 'backward']).default('forward').describe('Order of the nodes in a sweep.'),
  start: z
    .enum(['gaussian', 'feasible'])
    .default('gaussian')
    .describe('Start values: unit normal z with zero weights, or initialised weights and a forward pass.'),
  initialiser: z.string().default('he').describe('Start values of the weights where the start is feasible.'),
  bias: z.boolean().default(false).describe('Give every layer a bias unless it says otherwise. The paper has none.'),
  ridge: z
    .number()
    .min(0)
    .default(0)
    .describe('Ridge of the weights, relative to the mean eigenvalue of the Gram matrix.'),
  growth: z.number().positive().default(1).describe('Factor of all penalties after every sweep.'),
  keepBest: z.boolean().default(false).describe('Keep the weights of the sweep with the lowest training loss.'),
});

/** Options of the `taylor` scheme. */
export interface TaylorOptions {
  /** $\gamma$, penalty of $a = h(z)$ on hidden nodes. Default: 10, the paper's. */
  readonly gamma: number;
  /** $\beta$, penalty of $z = W a'$ on hidden nodes. Default: 1, the paper's. */
  readonly beta: number;
  /** $\beta_L$, penalty of $z = W a'$ on output nodes. Default: `beta`. */
  readonly betaOutput?: number | undefined;
  /** Sweeps before the multiplier is first updated; `Infinity` for never, as `multiplierStep: none`. Default: 10. */
  readonly warmSweeps: number;
  /** Length of the multiplier step: $\beta$ as in Algorithm 1, $2 \beta$ as Eq. 5 implies, or 0. Default: `printed`. */
  readonly multiplierStep: 'printed' | 'exact' | 'none';
  /** Order of the nodes in a sweep. Default: `forward`. */
  readonly order: 'forward' | 'backward';
  /** Unit normal z with zero weights, or initialised weights and a forward pass. Default: `gaussian`. */
  readonly start: 'gaussian' | 'feasible';
  /** Start values of the weights where the start is feasible. Default: `he`. */
  readonly initialiser: string;
  /** Give every layer a bias unless it says otherwise. Default: no, as the paper. */
  readonly bias: boolean;
  /** Ridge of the weights, relative to the mean eigenvalue of the Gram matrix. Default: 0. */
  readonly ridge: number;
  /** Factor of all penalties after every sweep. Default: 1. */
  readonly growth: number;
  /** Keep the weights of the sweep with the lowest training loss. Default: no. */
  readonly keepBest: boolean;
}

/**
 * Algorithm 1 of Taylor et al. 2016, step for step: for every node from the first to the last
 * $W \leftarrow z a^+$, then $a$, then $z$ by their closed forms; on the output the multiplier step after the warm sweeps.
 * What the paper does not have (bias, ridge, growing penalties, backward order, feasible start, keeping the best) is off
 * by default. Every decision about the paper's misprints is in `docs/mathematics.md`.
 */
export const taylor: Scheme<TaylorOptions> = {
  name: 'taylor',
  options,
  layerDefaults: ({ bias }) => ({ bias }),
  keepBest: ({ keepBest }) => keepBest,
  initialiser: ({ initialiser }) => initialiser,
  sampleState: splitStateSize,
  start: (network, chosen, services) => new TaylorSweeper(network, chosen, services),
};
