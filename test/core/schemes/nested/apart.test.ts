import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { apart } from '../../../../core/schemes/nested/apart.ts';
import type { Direction } from '../../../../core/schemes/nested/directions.ts';
import type { StepModel } from '../../../../core/schemes/nested/step-model.ts';

const number = fc.double({ min: -5, max: 5, noNaN: true });

describe('a direction in parts', () => {
  // The objective is the square of the distance from a point, one coordinate per layer: a step ends there.
  it.prop([fc.array(fc.tuple(number, number), { minLength: 1, maxLength: 6 })])(
    'goes with each layer as far as it would go alone, and never uphill',
    (coordinates) => {
      const goal = coordinates.map(([x]) => x);
      const direction: Direction = coordinates.map(([, d], i) => (i === 3 ? undefined : Float64Array.of(d)));
      const measure = (one: Direction): StepModel => {
        const u = one.map((part) => part?.[0] ?? 0);
        const inner = (a: readonly number[], b: readonly number[]): number =>
          a.reduce((sum, v, i) => sum + v * b[i]!, 0);
        return { slopes: Float64Array.of(inner(goal, u)), curvatures: Float64Array.of(inner(u, u)) };
      };
      const found = apart(direction, measure, 0);
      const down = coordinates.map(([x, d], i) => i !== 3 && x * d > 0 && d * d > 0);
      if (!down.includes(true)) {
        expect(found).toBeUndefined();
        return;
      }
      coordinates.forEach(([x], i) => {
        const part = (found as Direction)[i];
        if (i === 3) expect(part).toBeUndefined();
        else expect(part![0]).toBeCloseTo(down[i]! ? x : 0, 9);
      });
    },
  );

  it('says nothing where every layer leads uphill, and passes failures on', () => {
    const direction: Direction = [Float64Array.of(1), undefined];
    expect(apart(direction, () => ({ slopes: Float64Array.of(-1), curvatures: Float64Array.of(1) }), 0.1)).toBe(
      undefined,
    );
    const failure = { outcome: 'singular', detail: 'no factor' } as const;
    expect(apart(direction, () => failure, 0.1)).toBe(failure);
  });
});
