import { availableWorkers } from '../../extensions/threads/index.ts';

/** Numbers of workers that share a problem: one and two, and twice as many for as long as each has a core of its own. */
export function teamSizes(cores = availableWorkers()): number[] {
  const sizes = [1, 2];
  while (2 * sizes.at(-1)! <= cores) sizes.push(2 * sizes.at(-1)!);
  return sizes;
}
