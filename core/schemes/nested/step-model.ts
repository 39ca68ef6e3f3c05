import type { Failure } from '../../outcome.ts';
import type { Direction } from './directions.ts';
import type { Subsample } from './subsample.ts';

/** A quadratic model of how much the objective falls along some directions: $2 g^T c - c^T H c$ for a step $c$. */
export interface StepModel {
  /** $g$, slopes. */
  readonly slopes: Float64Array;
  /** $H$, curvatures, row by row. */
  readonly curvatures: Float64Array;
}

/** Finds such a model by looking at some of the samples. */
export interface StepModeller {
  /**
   * The model along at most two directions, the same on every rank.
   *
   * @param reach - How far it may look along them, relative to the length of the weights.
   */
  model(directions: readonly Direction[], subsample: Subsample, reach: number): StepModel | Failure;
}

/** A step with what the model promises of it. */
export interface Step {
  /** Coefficient of every direction. */
  readonly lengths: Float64Array;
  /** How much the objective should fall. */
  readonly gain: number;
}

/**
 * $c = (H + \lambda \operatorname{diag} H)^{-1} g$ for one or two directions: the damped maximum of the model (Levenberg
 * 1944, Marquardt 1963). A direction that leads nowhere gets 0.
 */
export function solveStep({ slopes, curvatures }: StepModel, damping: number): Step {
  const count = slopes.length;
  const at = (i: number, j: number): number => curvatures[i * count + j]!;
  const lengths = new Float64Array(count);
  const damped = (i: number): number => at(i, i) * (1 + damping);
  if (count === 2) {
    const cross = (at(0, 1) + at(1, 0)) / 2;
    const determinant = damped(0) * damped(1) - cross * cross;
    if (determinant > 1e-12 * damped(0) * damped(1)) {
      lengths[0] = (damped(1) * slopes[0]! - cross * slopes[1]!) / determinant;
      lengths[1] = (damped(0) * slopes[1]! - cross * slopes[0]!) / determinant;
    }
  }
  if (lengths[0] === 0 && damped(0) > 0) lengths[0] = slopes[0]! / damped(0);
  let gain = 0;
  for (let i = 0; i < count; i++) {
    gain += 2 * slopes[i]! * lengths[i]!;
    for (let j = 0; j < count; j++) gain -= lengths[i]! * at(i, j) * lengths[j]!;
  }
  return { lengths, gain };
}
