import { z } from 'zod';
import type { Network } from '../../core/network.ts';
import type { NodeResidual } from '../../core/scheme.ts';

/** Options that all baselines have. */
export interface SharedOptions {
  /** $r$ in the mean loss $+ r |W|^2$, biases included. Default: 0. */
  readonly ridge: number;
  /** Start values of the weights. Default: `he`. */
  readonly initialiser: string;
  /** Give every layer a bias unless it says otherwise. Default: yes. */
  readonly bias: boolean;
}

/** The options that all baselines have, as zod fields. */
export const sharedFields = {
  ridge: z.number().min(0).default(0).describe('r in the mean loss + r |W|^2, biases included.'),
  initialiser: z.string().default('he').describe('Start values of the weights.'),
  bias: z.boolean().default(true).describe('Give every layer a bias unless it says otherwise.'),
};

/** What a scheme says of layers and start values, from these options. */
export const sharedWishes = {
  layerDefaults: ({ bias }: SharedOptions): Readonly<Record<string, unknown>> => ({ bias }),
  initialiser: ({ initialiser }: SharedOptions): string => initialiser,
};

/** A network that is run forward meets its constraints: nothing is relaxed. */
export const noResiduals = ({ graph }: Network): NodeResidual[] =>
  graph.nodes.map(({ name, head }) => ({ node: name, linear: 0, ...(head.kind === 'hidden' && { activation: 0 }) }));
