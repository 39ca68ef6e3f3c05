import type { Initialiser } from '../../core/initialiser.ts';

/** Weights of deviation 1, whatever the fan-in: sums of many inputs then lie far out, where saturating activations are flat. */
export const unitNormal: Initialiser = {
  name: 'unit-normal',
  fill: (_outputs, _inputs, random, w) => {
    for (let i = 0; i < w.length; i++) w[i] = random.normal();
  },
};
