import type { Initialiser } from '../../core/initialiser.ts';

/** All weights zero, as in an algorithm that solves for them before it reads them. */
export const zero: Initialiser = {
  name: 'zero',
  fill: (_outputs, _inputs, _random, w) => void w.fill(0),
};
