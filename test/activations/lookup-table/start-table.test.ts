import { describe, expect, it } from 'vitest';
import { tabulate } from '../../../activations/lookup-table/curve.ts';
import { NearestPoint } from '../../../activations/lookup-table/nearest-point.ts';
import { StartTable } from '../../../activations/lookup-table/start-table.ts';

const functions: [name: string, h: (z: number) => number][] = [
  ['tanh', Math.tanh],
  ['ELU', (z) => (z >= 0 ? z : Math.expm1(z))],
  ['SiLU', (z) => z / (1 + Math.exp(-z))],
  ['ReLU', (z) => Math.max(0, z)],
  ['hard swish', (z) => (z * Math.min(6, Math.max(0, z + 3))) / 6],
  ['a wave', (z) => z + 2 * Math.sin(3 * z)],
];

const points = 12_000;

/** Points that fill the interval evenly, by multiples of an irrational number. */
const spread = (irrational: number, size: number): Float64Array =>
  Float64Array.from({ length: points }, (_, i) => size * (2 * ((i * irrational) % 1) - 1));

describe.each(functions)('starts for %s', (name, h) => {
  const curve = tabulate(name, h, { from: -40, to: 40, spacing: 1 / 64 });

  it.each([
    [0.01, 5],
    [0.7, 5],
    [1, 3],
    [4, 4],
    [40, 4],
  ])('lead to where a search leads, for a ratio of %d', (ratio, size) => {
    const search = new NearestPoint(curve, ratio);
    const table = new StartTable(curve, ratio);
    for (const Numbers of [Float32Array, Float64Array]) {
      const a = Numbers.from(spread(Math.SQRT2, size));
      const m = Numbers.from(spread(Math.sqrt(3), size + 1));
      const z = new Numbers(points);
      table.solve(a, m, z);
      let worst = 0;
      for (let i = 0; i < points; i++) {
        const lowest = search.cost(a[i]!, m[i]!, search.find(a[i]!, m[i]!, z[i]));
        const scale = 1 + ratio * a[i]! ** 2 + m[i]! ** 2;
        worst = Math.max(worst, (search.cost(a[i]!, m[i]!, z[i]!) - lowest) / scale);
      }
      expect(worst).toBeLessThan(Numbers === Float32Array ? 1e-7 : 1e-10);
    }
  });
});
