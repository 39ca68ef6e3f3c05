import type { Initialiser } from '../../core/initialiser.ts';
import { fillNormal } from './fill-normal.ts';

/**
 * Independent normal weights of standard deviation $\sqrt{2 / \text{inputs}}$: a ReLU, which halves the mean square of what
 * it reads, then passes on features of the size it was given (He et al. 2015, section 2.2).
 */
export const he: Initialiser = {
  name: 'he',
  fill: (_outputs, inputs, random, w) => fillNormal(random, Math.sqrt(2 / inputs), w),
};
