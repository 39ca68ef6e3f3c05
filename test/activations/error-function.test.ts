import { describe, expect, it } from 'vitest';
import { erfc } from '../../activations/error-function.ts';

describe('the complementary error function', () => {
  it.each([
    [0, 1],
    [0.1, 0.8875370839817152],
    [0.5, 0.4795001221869535],
    [1, 0.15729920705028513],
    [1.4999, 0.03390674833770473],
    [1.5, 0.033894853524689274],
    [2, 0.004677734981047265],
    [3, 2.2090496998585438e-5],
    [5, 1.5374597944280351e-12],
    [10, 2.088487583762545e-45],
    [26, 5.663192408856143e-296],
    [-1, 1.842700792949715],
    [-3, 1.9999779095030015],
  ])('of %d is %d', (x, value) => {
    expect(Math.abs(erfc(x) / value - 1)).toBeLessThan(2e-14);
    expect(Math.abs(erfc(x) - value)).toBeLessThan(5e-16);
  });

  it('ends in 2, 0 and NaN', () => {
    expect([-Infinity, -40, 40, Infinity, NaN].map(erfc)).toEqual([2, 2, 0, 0, NaN]);
  });
});
