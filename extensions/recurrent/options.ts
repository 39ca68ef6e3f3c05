import { z } from 'zod';

/** Keys that recurrent and bidirectional layers have in a run file. */
export const recurrentOptions: z.ZodType<RecurrentOptions> = z.strictObject({
  units: z.int().positive().describe('Features of the state, in each direction.'),
  activation: z.unknown().optional().describe('Name of an activation, or its pieces. Default: relu.'),
  return: z.enum(['last', 'every']).default('last').describe('Hand on the last state, or that of every step?'),
  start: z
    .enum(['orthogonal', 'identity'])
    .default('orthogonal')
    .describe('Start values of the weights from state to state.'),
  scale: z.number().positive().default(1).describe('Factor of these start values.'),
  bias: z.boolean().default(true).describe('Add a bias, which is exempt from the ridge?'),
});

/** How the weights from state to state begin. */
export interface StateStart {
  /** A random orthogonal matrix (Saxe et al. 2014), or the identity (Le, Jaitly and Hinton 2015). Default: `orthogonal`. */
  readonly start: 'orthogonal' | 'identity';
  /** Factor of it. Default: 1, which keeps the length of the state. */
  readonly scale: number;
}

/** Options of recurrent and bidirectional layers. */
export interface RecurrentOptions extends StateStart {
  /** Features of the state, in each direction. */
  readonly units: number;
  /** Name of an activation, or its pieces. Default: `relu`. */
  readonly activation?: unknown;
  /** Whether later layers read the last state, or that of every step. Default: `last`. */
  readonly return: 'last' | 'every';
  /** Whether there is a bias, exempt from the ridge. Default: what the scheme prefers, else yes. */
  readonly bias: boolean;
}
