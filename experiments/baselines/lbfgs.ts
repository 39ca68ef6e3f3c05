import { z } from 'zod';
import type { Scheme, Snapshot } from '../../core/scheme.ts';
import { addScaled, dot } from './flat-weights.ts';
import { FullBatchSweeper, type DirectionRule } from './full-batch-sweeper.ts';
import { sharedFields, sharedWishes, type SharedOptions } from './shared-options.ts';

/** Options of `lbfgs`. */
export interface LbfgsOptions extends SharedOptions {
  /** Pairs of steps and changes of the gradient that are remembered. Default: 10. */
  readonly memory: number;
}

const options: z.ZodType<LbfgsOptions> = z.strictObject({
  memory: z.int().positive().default(10).describe('Pairs of steps and changes of the gradient that are remembered.'),
  ...sharedFields,
});

/** A step with the change of the gradient along it. */
interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  /** $\langle s, y \rangle$. */
  readonly product: number;
}

const pairOf = (step: Float64Array, change: Float64Array): Pair => ({ step, change, product: dot(step, change) });

/** $-H g$ by the two loops of Nocedal and Wright 2006, Algorithm 7.4, with $H_0 = \langle s, y \rangle / \langle y, y \rangle$. */
function twoLoops(pairs: readonly Pair[], gradient: Float64Array, direction: Float64Array): void {
  for (let i = 0; i < direction.length; i++) direction[i] = -gradient[i]!;
  const shares = pairs.map(() => 0);
  for (let k = pairs.length - 1; k >= 0; k--) {
    const { step, change, product } = pairs[k]!;
    shares[k] = dot(step, direction) / product;
    addScaled(-shares[k]!, change, direction);
  }
  const newest = pairs.at(-1);
  if (newest !== undefined) {
    const scale = newest.product / dot(newest.change, newest.change);
    for (let i = 0; i < direction.length; i++) direction[i]! *= scale;
  }
  pairs.forEach(({ step, change, product }, k) => {
    addScaled(shares[k]! - dot(change, direction) / product, step, direction);
  });
}

/** The limited-memory BFGS direction. */
export function lbfgsRule(memory: number): DirectionRule {
  let pairs: Pair[] = [];
  return {
    direction: (gradient, direction) => twoLoops(pairs, gradient, direction),
    // Without memory the length of the gradient says nothing: begin with a step of length one.
    firstStep: (slope) => (pairs.length === 0 ? Math.min(1, 1 / Math.sqrt(-slope)) : 1),
    learn(step, before, after) {
      const pair = pairOf(
        step.slice(),
        after.map((value, i) => value - before[i]!),
      );
      if (pair.product > 1e-10 * dot(pair.change, pair.change)) pairs = [...pairs, pair].slice(-memory);
    },
    forget: () => void (pairs = []),
    save: (): Snapshot => ({
      values: { pairs: pairs.length },
      arrays: Object.fromEntries(
        pairs.flatMap(({ step, change }, k) => [
          [`step/${k}`, step],
          [`change/${k}`, change],
        ]),
      ),
    }),
    restore({ values, arrays }) {
      const array = (name: string): Float64Array => Float64Array.from(arrays[name]!);
      pairs = Array.from({ length: values['pairs']! }, (_, k) => pairOf(array(`step/${k}`), array(`change/${k}`)));
    },
  };
}

/** L-BFGS with a strong Wolfe line search, in full batch (Nocedal 1980; Liu and Nocedal 1989). */
export const lbfgs: Scheme<LbfgsOptions> = {
  name: 'lbfgs',
  options,
  ...sharedWishes,
  start(network, { memory, ridge }, services) {
    const wolfe = { decrease: 1e-4, curvature: 0.9, evaluations: 25 };
    return new FullBatchSweeper(network, () => lbfgsRule(memory), { ridge, wolfe }, services);
  },
};
