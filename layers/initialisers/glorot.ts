import type { Initialiser } from '../../core/initialiser.ts';
import { fillNormal } from './fill-normal.ts';

/**
 * Independent normal weights of standard deviation $\sqrt{2 / (\text{inputs} + \text{outputs})}$: for activations that are
 * near the identity around zero, keeps the size of features forward and of residuals backward (Glorot and Bengio 2010,
 * Eq. 12).
 */
export const glorot: Initialiser = {
  name: 'glorot',
  fill: (outputs, inputs, random, w) => fillNormal(random, Math.sqrt(2 / (inputs + outputs)), w),
};
