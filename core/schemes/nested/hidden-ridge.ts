import type { Regulariser } from '../../regulariser.ts';
import { spectralRidge } from '../../ridge.ts';

/** Ridge times $\sqrt n$: chosen on held-out parts of four data sets (`docs/reproduction.md`). */
const ridgePerError = 35;

/**
 * Ridge of the hidden layers' directions, relative to the largest eigenvalue of their inputs: as given, or $35 / \sqrt n$, at
 * most 1. The directions are fitted to sums over samples whose sampling error falls with $1 / \sqrt n$, and so does what must be
 * damped. A layer that reads a sample at several positions has as many rows a sample.
 *
 * @param rows - $n$: samples times positions.
 */
export const hiddenRidge = (given: number | 'auto', rows: number): Regulariser =>
  spectralRidge(given === 'auto' ? Math.min(1, ridgePerError / Math.sqrt(rows)) : given);
