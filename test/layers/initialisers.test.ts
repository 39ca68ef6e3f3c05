import { describe, expect, it } from 'vitest';
import { zeros, type Precision, type Real } from '../../core/block.ts';
import { zero, type Initialiser } from '../../core/initialiser.ts';
import { random } from '../../core/random.ts';
import { gaussian, glorot, he, orthogonal } from '../../layers/index.ts';
import { mustBeSame } from '../laws/law.ts';

function filled(initialiser: Initialiser, outputs: number, inputs: number, precision: Precision = 'float64'): Real {
  const w = zeros(precision, outputs * inputs).fill(NaN);
  initialiser.fill(outputs, inputs, random('start'), w);
  return w;
}

const mean = (values: Real): number => Float64Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

describe.each([gaussian, he, glorot, orthogonal, zero])('initialiser $name', (initialiser) => {
  it('gives the same weights for the same seed, and every one of them', () => {
    const w = filled(initialiser, 7, 5);
    mustBeSame('weights', filled(initialiser, 7, 5), w);
    expect(w.every(Number.isFinite)).toBe(true);
    mustBeSame('weights in f32', filled(initialiser, 7, 5, 'float32'), Float32Array.from(w));
  });
});

describe('normal initialisers', () => {
  it.each([
    { initialiser: gaussian, deviation: 0.01 },
    { initialiser: he, deviation: Math.sqrt(2 / 50) },
    { initialiser: glorot, deviation: Math.sqrt(2 / 250) },
  ])(
    '$initialiser.name has standard deviation $deviation on 50 inputs and 200 outputs',
    ({ initialiser, deviation }) => {
      const w = filled(initialiser, 200, 50).map((value) => value / deviation);
      expect(mean(w)).toBeCloseTo(0, 1);
      expect(mean(w.map((value) => value * value))).toBeCloseTo(1, 1);
    },
  );
});

describe('the orthogonal initialiser', () => {
  it.each([
    [4, 9],
    [9, 4],
    [6, 6],
    [1, 3],
    [3, 1],
  ])('makes %i x %i weights orthonormal along the shorter side', (outputs, inputs) => {
    const w = filled(orthogonal, outputs, inputs);
    const [count, length] = [Math.min(outputs, inputs), Math.max(outputs, inputs)];
    const at = (line: number, i: number): number => (outputs <= inputs ? w[line * inputs + i]! : w[i * inputs + line]!);
    for (let row = 0; row < count; row++) {
      for (let other = 0; other < count; other++) {
        let product = 0;
        for (let i = 0; i < length; i++) product += at(row, i) * at(other, i);
        expect(product).toBeCloseTo(row === other ? 1 : 0, 12);
      }
    }
  });
});

describe('the zero initialiser', () => {
  it('fills weights with zero', () => {
    expect(filled(zero, 2, 3)).toEqual(new Float64Array(6));
  });
});
