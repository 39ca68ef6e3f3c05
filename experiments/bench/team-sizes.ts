import { availableWorkers } from '../../extensions/threads/index.ts';

/** Numbers of workers that share a problem: one and two, and twice as many for as long as each has a core of its own. */
export function teamSizes(cores = availableWorkers()): number[] {
  const sizes = [1, 2];
  for (let size = 4; size <= cores; size *= 2) sizes.push(size);
  return sizes;
}
