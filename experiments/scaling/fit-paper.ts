import type { PaperCurve } from './paper.ts';

/** $A / p + B$: what is divided among the cores, and what is not, in seconds to the threshold. */
export interface TwoTerms {
  /** Core-seconds that are divided. */
  readonly divided: number;
  /** Seconds that no number of cores makes shorter. */
  readonly constant: number;
}

/** The two terms of a curve, by least squares of the relative errors; neither is negative. */
export function fitTwoTerms({ points }: Pick<PaperCurve, 'points'>): TwoTerms {
  let [aa, ab, bb, ay, by] = [0, 0, 0, 0, 0];
  for (const [cores, seconds] of points) {
    const [a, b] = [1 / cores / seconds, 1 / seconds];
    aa += a * a;
    ab += a * b;
    bb += b * b;
    ay += a;
    by += b;
  }
  const determinant = aa * bb - ab * ab;
  const constant = (aa * by - ab * ay) / determinant;
  if (constant <= 0) return { divided: ay / aa, constant: 0 };
  return { divided: (bb * ay - ab * by) / determinant, constant };
}
