import { z } from 'zod';
import type { Scheme } from '../../core/scheme.ts';
import { minibatchFields, MinibatchSweeper, type MinibatchOptions, type UpdateRule } from './minibatch-sweeper.ts';
import { sharedWishes } from './shared-options.ts';

/** Options of `sgd`. */
export interface SgdOptions extends MinibatchOptions {
  /** Step length. Default: 0.05. */
  readonly rate: number;
  /** Share of the last step that is taken again. Default: 0.9. */
  readonly momentum: number;
}

const options: z.ZodType<SgdOptions> = z.strictObject({
  rate: z.number().positive().default(0.05).describe('Step length.'),
  momentum: z.number().min(0).lt(1).default(0.9).describe('Share of the last step that is taken again.'),
  ...minibatchFields,
});

/** $v \leftarrow \mu v + g$, $w \leftarrow w - \eta v$. */
export function momentumRule({ rate, momentum }: Pick<SgdOptions, 'rate' | 'momentum'>, size: number): UpdateRule {
  const velocity = new Float64Array(size);
  return {
    memory: { velocity },
    step(gradient, weights) {
      for (let i = 0; i < size; i++) {
        velocity[i] = momentum * velocity[i]! + gradient[i]!;
        weights[i]! -= rate * velocity[i]!;
      }
    },
  };
}

/** Stochastic gradient descent with heavy-ball momentum (Polyak 1964), in the form of torch. */
export const sgd: Scheme<SgdOptions> = {
  name: 'sgd',
  options,
  ...sharedWishes,
  start: (network, chosen, services) =>
    new MinibatchSweeper(network, (size) => momentumRule(chosen, size), chosen, services),
};
