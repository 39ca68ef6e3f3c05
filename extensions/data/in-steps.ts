import { must } from '../../core/errors.ts';
import type { RawData } from './raw-data.ts';

/**
 * The same sequences with so many steps: the ones that are absent stand in front.
 *
 * @param steps - As many as the longest sequence has, or more.
 */
export function inSteps(raw: RawData, steps: number): RawData {
  const [found = 1, ...rest] = raw.shape;
  if (found === steps) return raw;
  must(found < steps, () => {
    return `${raw.name}: its longest sequence has ${found} steps, more than the ${steps} that are read: give \`data.shape\` with ${found} or more steps when you train.`;
  });
  const cols = (raw.cols / found) * steps;
  const values = new Float64Array(raw.rows * cols).fill(NaN);
  for (let row = 0; row < raw.rows; row++) {
    values.set(raw.values.subarray(row * raw.cols, (row + 1) * raw.cols), (row + 1) * cols - raw.cols);
  }
  return { ...raw, cols, values, shape: [steps, ...rest], ragged: true };
}
