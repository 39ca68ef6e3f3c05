import type { ActivationSolver } from 'nograd';

const h = (z: number): number => z / (1 + Math.abs(z));

/** Where $h(z) = a$; where there is no such place, infinity on the side of `a`. */
const inverse = (a: number): number => (Math.abs(a) < 1 ? a / (1 - Math.abs(a)) : Math.sign(a) * Infinity);

/** Points at all scales around zero, where $h$ bends, and fractions of a way at all scales. */
const scales = Array.from({ length: 280 }, (_, k) => 2 ** ((k - 140) / 2));
const fractions = Array.from({ length: 140 }, (_, k) => 2 ** (-k / 2));

/** The best place between two ends: the best of a grid at all scales, improved by ever smaller steps. */
function search(cost: (z: number) => number, from: number, to: number): number {
  const [left, right] = [Math.min(from, to), Math.max(from, to)];
  let best = from;
  let lowest = cost(from);
  if (Number.isNaN(lowest)) return NaN;
  const consider = (z: number): void => {
    if (z < left || z > right || !(cost(z) < lowest)) return;
    best = z;
    lowest = cost(z);
  };
  for (const part of fractions) [from + part * (to - from), to - part * (to - from)].forEach(consider);
  for (const scale of scales) [-scale, scale].forEach(consider);
  for (let step = (right - left) / 2, k = 0; k < 160; step /= 2, k++) [best - step, best + step].forEach(consider);
  return best;
}

/**
 * Softsign, $h(z) = z / (1 + |z|)$. It rises everywhere, so the z-update lies between `m` and the place where
 * $h(z) = a$, and no farther from `m` than the $\beta$ term may cost; it is searched for there.
 */
export const softsign: ActivationSolver = {
  name: 'softsign',
  gap: 1e-6,
  apply(z, out) {
    for (let i = 0; i < z.length; i++) out[i] = h(z[i]!);
  },
  solve(a, m, { gamma, beta }, z) {
    for (let i = 0; i < z.length; i++) {
      const [target, centre] = [a[i]!, m[i]!];
      const reach = Math.sqrt(gamma / beta) * Math.abs(target - h(centre));
      const end = Math.min(centre + reach, Math.max(centre - reach, inverse(target)));
      z[i] = search((x) => gamma * (target - h(x)) ** 2 + beta * (x - centre) ** 2, centre, end);
    }
  },
};
