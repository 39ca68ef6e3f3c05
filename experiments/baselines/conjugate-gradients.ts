import { z } from 'zod';
import type { Scheme, Snapshot } from '../../core/scheme.ts';
import { dot } from './flat-weights.ts';
import { FullBatchSweeper, type DirectionRule } from './full-batch-sweeper.ts';
import { sharedFields, sharedWishes, type SharedOptions } from './shared-options.ts';

const options: z.ZodType<SharedOptions> = z.strictObject({ ...sharedFields });

/** $d \leftarrow -g + \max(0, \langle g, g - g_\text{old} \rangle / |g_\text{old}|^2) d_\text{old}$. */
export function conjugateGradientRule(size: number): DirectionRule {
  const last = new Float64Array(size);
  let share = 0;
  /** Fall expected of the next step by what the last one was: its length times its slope. */
  let fall = 0;
  return {
    direction(gradient, direction) {
      for (let i = 0; i < size; i++) direction[i] = share * last[i]! - gradient[i]!;
    },
    firstStep: (slope) => (fall === 0 ? Math.min(1, 1 / Math.sqrt(-slope)) : fall / slope),
    learn(step, before, after, line, slope) {
      let product = 0;
      for (let i = 0; i < size; i++) {
        product += after[i]! * (after[i]! - before[i]!);
        last[i] = step[i]! / line.step;
      }
      share = Math.max(0, product / dot(before, before));
      fall = line.step * slope;
    },
    forget() {
      [share, fall] = [0, 0];
    },
    save: (): Snapshot => ({ values: { share, fall }, arrays: { last: last.slice() } }),
    restore({ values, arrays }) {
      [share, fall] = [values['share']!, values['fall']!];
      last.set(arrays['last']!);
    },
  };
}

/** Nonlinear conjugate gradients, Polak-Ribiere+, with a strong Wolfe line search, in full batch (Nocedal and Wright 2006, 5.2). */
export const conjugateGradients: Scheme<SharedOptions> = {
  name: 'cg',
  options,
  ...sharedWishes,
  start(network, { ridge }, services) {
    const wolfe = { decrease: 1e-4, curvature: 0.1, evaluations: 25 };
    return new FullBatchSweeper(network, conjugateGradientRule, { ridge, wolfe }, services);
  },
};
