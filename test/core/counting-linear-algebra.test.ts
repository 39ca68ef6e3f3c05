import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { block, counting, type Block } from '../../core/index.ts';
import { linearAlgebra } from '../support/random-network.ts';

const filled = (rows: number, cols: number, value = 1): Block =>
  block(
    rows,
    cols,
    new Float64Array(rows * cols).map((_, i) => value + (i % 3)),
  );
const extent = fc.integer({ min: 1, max: 6 });

describe('the counting linear algebra', () => {
  it.prop([extent, extent, extent])('counts two operations for every term of a product', (n, d, p) => {
    const counted = counting(linearAlgebra);
    counted.multiply(filled(n, d), filled(d, p), { transpose: false, keep: 0 }, filled(n, p));
    expect(counted.takeOperations()).toBe(2 * n * d * p);
    counted.multiply(filled(n, d), filled(p, d), { transpose: true, keep: 1 }, filled(n, p));
    counted.cross(filled(n, p), filled(n, d), new Float64Array(p * d));
    counted.gram(filled(n, d), new Float64Array(d * d));
    expect(counted.takeOperations()).toBe(4 * n * d * p + n * d * (d + 1));
    expect(counted.takeOperations()).toBe(0);
  });

  it.prop([extent, extent])('computes what the one it counts for computes', (n, d) => {
    const counted = counting(linearAlgebra);
    const results = [counted, linearAlgebra].map((algebra) => {
      const [gram, cross] = [new Float64Array(d * d), new Float64Array(n * d)];
      const product = filled(n, n);
      algebra.gram(filled(n, d), gram);
      algebra.cross(filled(2, n), filled(2, d), cross);
      algebra.multiply(filled(n, d), filled(n, d, 2), { transpose: true, keep: 1 }, product);
      const right = Float64Array.from({ length: d }, (_, i) => i);
      const left = right.slice();
      for (let i = 0; i < d; i++) gram[i * d + i]! += 1;
      algebra.factor(gram, d, 0)?.solve(right);
      algebra.factorSemidefinite(gram, d, 0).solve(left);
      return { gram, cross, product, right, left, zeros: algebra.allocate('float32', 3) };
    });
    expect(results[0]).toEqual(results[1]);
    expect(counted.name).toBe(linearAlgebra.name);
  });
});
