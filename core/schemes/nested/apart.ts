import type { Failure } from '../../outcome.ts';
import type { Direction } from './directions.ts';
import { solveStep, type StepModel } from './step-model.ts';

/**
 * A direction in place of one that leads uphill: of every layer's part, what a step along it alone would be, and nothing where
 * that part leads uphill itself. Some layers of a deep or a convolutional network may disagree at the very start; those that
 * lead down together do so too, but for their curvature. `undefined`: no part leads down.
 *
 * @param measure - The model along one direction.
 */
export function apart(
  direction: Direction,
  measure: (one: Direction) => StepModel | Failure,
  damping: number,
): Direction | Failure | undefined {
  const lengths: number[] = [];
  for (const [group, part] of direction.entries()) {
    if (part === undefined) continue;
    const model = measure(direction.map((_, other) => (other === group ? part : undefined)));
    if ('outcome' in model) return model;
    lengths[group] = Math.max(0, solveStep(model, damping).lengths[0]!);
  }
  if (!lengths.some((length) => length > 0)) return undefined;
  return direction.map((part, group) => part?.map((value) => value * lengths[group]!));
}
