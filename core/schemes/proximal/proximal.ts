import { z } from 'zod';
import type { Scheme } from '../../scheme.ts';
import { splitStateSize } from '../split-state.ts';
import { ProximalSweeper } from './proximal-sweeper.ts';

const options: z.ZodType<ProximalOptions> = z.strictObject({
  gamma: z.number().positive().default(1).describe('Penalty of a = h(z) on hidden nodes.'),
  beta: z.number().positive().default(1).describe('Penalty of z = W a on hidden nodes.'),
  betaOutput: z.number().positive().default(0.1).describe('Penalty of z = W a on output nodes.'),
  alpha: z.number().min(0).default(0.1).describe('Penalty of moving a or z in one update.'),
  alphaWeights: z
    .number()
    .min(0)
    .default(0.01)
    .describe('Penalty of moving weights in one update, relative to the mean eigenvalue of the first Gram matrix.'),
  ridge: z
    .number()
    .min(0)
    .default(0.01)
    .describe('Ridge of the weights, relative to the mean eigenvalue of the first Gram matrix.'),
  initialiser: z.string().default('he').describe('Start values of the weights.'),
  bias: z.boolean().default(true).describe('Give every layer a bias unless it says otherwise.'),
});

/** Options of the `proximal` scheme. */
export interface ProximalOptions {
  /** $\gamma$, penalty of $a = h(z)$ on hidden nodes. Default: 1. */
  readonly gamma: number;
  /** $\beta$, penalty of $z = W a'$ on hidden nodes. Default: 1. */
  readonly beta: number;
  /** $\beta_L$, penalty of $z = W a'$ on output nodes. Default: 0.1. */
  readonly betaOutput: number;
  /** $\alpha$, penalty of moving $a$ or $z$ in one update. Default: 0.1. */
  readonly alpha: number;
  /** Penalty of moving weights in one update, relative to the mean eigenvalue of the first Gram matrix. Default: 0.01. */
  readonly alphaWeights: number;
  /** Ridge of the weights, relative to the mean eigenvalue of the first Gram matrix. Default: 0.01. */
  readonly ridge: number;
  /** Start values of the weights. Default: `he`. */
  readonly initialiser: string;
  /** Give every layer a bias unless it says otherwise. Default: yes. */
  readonly bias: boolean;
}

/**
 * Block coordinate descent with proximal terms (Zeng, Lau, Lin and Yao 2019, Global Convergence of Block Coordinate
 * Descent in Deep Learning): from a feasible start and from the output backwards, every block is minimised in turn with
 * $\alpha |u - u_\text{old}|^2$ added, without a multiplier. The objective never rises, and falls by at least what the moves cost.
 */
export const proximal: Scheme<ProximalOptions> = {
  name: 'proximal',
  options,
  layerDefaults: ({ bias }) => ({ bias }),
  initialiser: ({ initialiser }) => initialiser,
  sampleState: splitStateSize,
  start: (network, chosen, services) => new ProximalSweeper(network, chosen, services),
};
