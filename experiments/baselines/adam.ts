import { z } from 'zod';
import type { Scheme } from '../../core/scheme.ts';
import { minibatchFields, MinibatchSweeper, type MinibatchOptions, type UpdateRule } from './minibatch-sweeper.ts';
import { sharedWishes } from './shared-options.ts';

/** Options of `adam`. */
export interface AdamOptions extends MinibatchOptions {
  /** Step length $\eta$. Default: 0.001. */
  readonly rate: number;
  /** $\beta_1$, memory of the mean gradient. Default: 0.9. */
  readonly beta1: number;
  /** $\beta_2$, memory of the mean square. Default: 0.999. */
  readonly beta2: number;
  /** $\varepsilon$ beside the root of the mean square. Default: 1e-8. */
  readonly epsilon: number;
}

const options: z.ZodType<AdamOptions> = z.strictObject({
  rate: z.number().positive().default(0.001).describe('Step length.'),
  beta1: z.number().min(0).lt(1).default(0.9).describe('Memory of the mean gradient.'),
  beta2: z.number().min(0).lt(1).default(0.999).describe('Memory of the mean squared gradient.'),
  epsilon: z.number().positive().default(1e-8).describe('Beside the root of the mean square.'),
  ...minibatchFields,
});

/** $m \leftarrow \beta_1 m + (1 - \beta_1) g$, $s \leftarrow \beta_2 s + (1 - \beta_2) g^2$, $w \leftarrow w - \eta \hat m / (\sqrt{\hat s} + \varepsilon)$. */
export function adamRule(
  { rate, beta1, beta2, epsilon }: Pick<AdamOptions, 'rate' | 'beta1' | 'beta2' | 'epsilon'>,
  size: number,
): UpdateRule {
  const [mean, square, steps] = [new Float64Array(size), new Float64Array(size), new Float64Array(1)];
  return {
    memory: { mean, square, steps },
    step(gradient, weights) {
      steps[0]!++;
      const length = rate / (1 - beta1 ** steps[0]!);
      const scale = 1 / Math.sqrt(1 - beta2 ** steps[0]!);
      for (let i = 0; i < size; i++) {
        const g = gradient[i]!;
        mean[i] = beta1 * mean[i]! + (1 - beta1) * g;
        square[i] = beta2 * square[i]! + (1 - beta2) * g * g;
        weights[i]! -= (length * mean[i]!) / (Math.sqrt(square[i]!) * scale + epsilon);
      }
    },
  };
}

/** Adam with bias correction (Kingma and Ba 2015, Algorithm 1). */
export const adam: Scheme<AdamOptions> = {
  name: 'adam',
  options,
  ...sharedWishes,
  start: (network, chosen, services) =>
    new MinibatchSweeper(network, (size) => adamRule(chosen, size), chosen, services),
};
