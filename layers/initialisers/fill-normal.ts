import type { Real } from '../../core/block.ts';
import type { Random } from '../../core/random.ts';

/** Fills `w` with independent normal numbers of mean 0 and that standard deviation. */
export function fillNormal(random: Random, deviation: number, w: Real): void {
  for (let i = 0; i < w.length; i++) w[i] = deviation * random.normal();
}
