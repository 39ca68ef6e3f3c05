import type { Initialiser } from '../../core/initialiser.ts';
import { fillNormal } from './fill-normal.ts';

/**
 * Independent normal weights of standard deviation 0.01, whatever the fan-in: small, so that no feature speaks louder than
 * the data. For weights that keep the size of what passes through them take {@link he} or {@link glorot}.
 */
export const gaussian: Initialiser = {
  name: 'gaussian',
  fill: (_outputs, _inputs, random, w) => fillNormal(random, 0.01, w),
};
