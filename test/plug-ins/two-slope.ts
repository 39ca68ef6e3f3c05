import { piecewiseLinear } from 'nograd';

/** Two slopes with a jump between them: $h(z) = 2 z$ from zero on, and $z / 2 - 1$ below. */
export const twoSlope = piecewiseLinear('two-slope', [
  { from: -Infinity, to: 0, slope: 0.5, offset: -1 },
  { from: 0, to: Infinity, slope: 2, offset: 0 },
]);
