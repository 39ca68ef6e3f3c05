import { z } from 'zod';
import type { Scheme } from '../scheme.ts';
import { TaylorSweeper } from './taylor-sweeper.ts';

/** Options of the `taylor` scheme; the defaults are the paper's. */
const options = z.strictObject({
  gamma: z.number().positive().default(10).describe('Penalty of a = h(z) on hidden nodes.'),
  beta: z.number().positive().default(1).describe('Penalty of z = W a on hidden nodes.'),
  betaOutput: z.number().positive().optional().describe('Penalty of z = W a on output nodes. Default: beta.'),
  warmSweeps: z.number().min(0).default(10).describe('Sweeps before the multiplier is first updated; .inf for never.'),
  multiplierStep: z
    .enum(['printed', 'exact'])
    .default('printed')
    .describe('Length of the multiplier step: beta as in Algorithm 1, or 2 beta as Eq. 5 implies.'),
  order: z.enum(['forward', 'backward']).default('forward').describe('Order of the nodes in a sweep.'),
  start: z
    .enum(['gaussian', 'feasible'])
    .default('gaussian')
    .describe('Start values: unit normal z with zero weights, or initialised weights and a forward pass.'),
  initialiser: z.string().default('he').describe('Start values of the weights where the start is feasible.'),
  bias: z.boolean().default(false).describe('Give every layer a bias unless it says otherwise. The paper has none.'),
  ridge: z.number().min(0).default(0).describe('Ridge of the weights, relative to the mean eigenvalue of the Gram matrix.'),
  growth: z.number().positive().default(1).describe('Factor of all penalties after every sweep.'),
  keepBest: z.boolean().default(false).describe('Keep the weights of the sweep with the lowest training loss.'),
});

/** Options of the `taylor` scheme. */
export type TaylorOptions = z.output<typeof options>;

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
  start: (network, chosen, services) => new TaylorSweeper(network, chosen, services),
};
