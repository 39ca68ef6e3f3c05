import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { piecewiseLinear, relu, sign, hardSigmoid, hardTanh, leakyReluWith } from '../../activations/index.ts';
import { largestBelow, smallestFrom } from '../../activations/representable.ts';
import type { ActivationSolver, Piece } from '../../core/activation-solver.ts';
import { UserError } from '../../core/errors.ts';
import type { Penalty } from '../../core/penalty.ts';
import { activationLawsFor } from '../laws/activation.ts';
import { brokenLaws } from '../laws/law.ts';

const line: Piece = { from: -Infinity, to: Infinity, slope: 1, offset: 0 };
const number = fc.oneof(fc.double({ min: -5, max: 5, noNaN: true }), fc.constantFrom(-1, 0, 1));
const weight = fc.double({ min: -4, max: 4, noNaN: true }).map((exponent) => 10 ** exponent);

const solveOne = (solver: ActivationSolver, a: number, m: number, penalty: Penalty): number => {
  const z = Float64Array.of(NaN);
  solver.solve(Float64Array.of(a), Float64Array.of(m), penalty, z);
  return z[0]!;
};

const applyOne = (solver: ActivationSolver, z: number): number => {
  const out = Float64Array.of(z);
  solver.apply(out, out);
  return out[0]!;
};

const objective =
  (h: (z: number) => number, a: number, m: number, { gamma, beta }: Penalty) =>
  (z: number) =>
    gamma * (a - h(z)) ** 2 + beta * (z - m) ** 2;

const clip = (x: number, low: number, high: number): number => Math.max(low, Math.min(high, x));

describe('the closed forms of the paper', () => {
  /** Candidates of the z-update, by activation. */
  const rules: [ActivationSolver, (z: number) => number, (a: number, m: number, p: Penalty) => number[]][] = [
    [
      relu,
      (z) => Math.max(0, z),
      (a, m, { gamma, beta }) => [Math.max(0, (gamma * a + beta * m) / (gamma + beta)), Math.min(0, m)],
    ],
    [
      hardSigmoid,
      (z) => clip(z, 0, 1),
      (a, m, { gamma, beta }) => [Math.min(0, m), clip((gamma * a + beta * m) / (gamma + beta), 0, 1), Math.max(1, m)],
    ],
    [
      leakyReluWith(0.2),
      (z) => Math.max(z, 0.2 * z),
      (a, m, { gamma, beta }) => [
        Math.max(0, (gamma * a + beta * m) / (gamma + beta)),
        Math.min(0, (gamma * 0.2 * a + beta * m) / (gamma * 0.04 + beta)),
      ],
    ],
  ];

  it.each(rules)('the general solver is as good as the rule for $name', (solver, h, candidates) => {
    fc.assert(
      fc.property(number, number, weight, weight, (a, m, gamma, beta) => {
        const cost = objective(h, a, m, { gamma, beta });
        const expected = Math.min(...candidates(a, m, { gamma, beta }).map(cost));
        expect(cost(solveOne(solver, a, m, { gamma, beta }))).toBeCloseTo(expected, 12 - Math.log10(1 + expected));
      }),
    );
  });

  it('solves ReLU as the threshold z = m < min(0, -k a) ? m : max((gamma a + beta m) / (gamma + beta), 0)', () => {
    fc.assert(
      fc.property(number, number, weight, weight, (a, m, gamma, beta) => {
        const k = Math.sqrt((gamma + beta) / beta) - 1;
        // On the threshold itself both are minima, and rounding decides.
        fc.pre(Math.abs(m - Math.min(0, -k * a)) > 1e-6 * (1 + Math.abs(k * a)));
        const threshold = m < Math.min(0, -k * a) ? m : Math.max((gamma * a + beta * m) / (gamma + beta), 0);
        expect(solveOne(relu, a, m, { gamma, beta })).toBeCloseTo(threshold, 10);
      }),
    );
  });

  it('takes the active piece of ReLU where both are equally good', () => {
    // With gamma = 3, beta = 1 the threshold is k = 1, and m = -a costs 12 on either side.
    expect(solveOne(relu, 2, -2, { gamma: 3, beta: 1 })).toBe(1);
  });
});

describe('values', () => {
  it('belong to the right piece at a joint', () => {
    expect([-0.5, -0, 0, 0.5].map((z) => applyOne(sign, z))).toEqual([-1, 1, 1, 1]);
  });

  it('are those of the outer pieces at infinity', () => {
    expect([-Infinity, Infinity].map((z) => applyOne(hardTanh, z))).toEqual([-1, 1]);
    expect([-Infinity, Infinity].map((z) => applyOne(relu, z))).toEqual([0, Infinity]);
  });
});

describe('a jump', () => {
  const step = piecewiseLinear('step', [
    { from: -Infinity, to: 0.7, slope: 0, offset: 0 },
    { from: 0.7, to: Infinity, slope: 0, offset: 1 },
  ]);

  it.each([Float32Array, Float64Array])('is approached from the left only as far as %o can tell', (Numbers) => {
    const z = Numbers.of(3);
    step.solve(Numbers.of(0), z, { gamma: 100, beta: 1 }, z);
    expect(z[0]).toBe(largestBelow(0.7, Numbers === Float32Array ? 'float32' : 'float64'));
    step.apply(z, z);
    expect(z[0]).toBe(0);
  });

  it('is not crossed where that costs more than it gains', () => {
    expect(solveOne(step, 0, 3, { gamma: 1, beta: 1 })).toBe(3);
  });

  it('does not hide a piece that is too narrow for the precision', () => {
    const spike = piecewiseLinear('spike', [
      { from: -Infinity, to: 0.7, slope: 0, offset: 0 },
      { from: 0.7, to: 0.7 + 1e-12, slope: 0, offset: 1 },
      { from: 0.7 + 1e-12, to: Infinity, slope: 0, offset: 0 },
    ]);
    expect(applyOne(spike, solveOne(spike, 1, 0.7, { gamma: 1, beta: 1 }))).toBe(1);
    const single = Float32Array.of(0.7);
    spike.solve(Float32Array.of(1), single, { gamma: 1, beta: 1 }, single);
    expect(single[0]).toBe(Math.fround(0.7));
  });
});

describe('overflow', () => {
  it('never turns infinite input into a finite result', () => {
    for (const solver of [relu, hardTanh, sign]) {
      expect(solveOne(solver, 1, Infinity, { gamma: 10, beta: 1 })).toBeNaN();
      expect(solveOne(solver, -Infinity, 0, { gamma: 10, beta: 1 })).toBeNaN();
    }
  });
});

describe('neighbouring numbers', () => {
  const ofPrecision = { float32: Math.fround, float64: (x: number) => x };

  it.each(['float32', 'float64'] as const)('lie on either side with nothing between them in %s', (precision) => {
    fc.assert(
      fc.property(fc.oneof(number, fc.double({ noNaN: true, noDefaultInfinity: true })), (x) => {
        const below = largestBelow(x, precision);
        const from = smallestFrom(x, precision);
        expect(below).toBeLessThan(x);
        expect(from).toBeGreaterThanOrEqual(x);
        if (!Number.isFinite(below) || !Number.isFinite(from)) return;
        const between = ofPrecision[precision](below / 2 + from / 2);
        expect([below, from]).toContain(between);
      }),
    );
  });

  it('are finite at infinity and step over zero', () => {
    expect(largestBelow(Infinity, 'float32')).toBe(2 ** 128 - 2 ** 104);
    expect(smallestFrom(-Infinity, 'float64')).toBe(-Number.MAX_VALUE);
    expect(largestBelow(0, 'float32')).toBe(-(2 ** -149));
    expect(largestBelow(0, 'float64')).toBe(-Number.MIN_VALUE);
    expect(smallestFrom(0, 'float32')).toBe(0);
  });
});

describe('pieces', () => {
  /** One to five pieces between joints that neither precision can always hold. */
  const random = fc
    .record({
      joints: fc.uniqueArray(fc.integer({ min: -14, max: 14 }), { maxLength: 4 }),
      lines: fc.array(fc.record({ slope: number, offset: number }), { minLength: 5, maxLength: 5 }),
    })
    .map(({ joints, lines }): Piece[] => {
      const inner = joints.sort((left, right) => left - right).map((joint) => joint / 7);
      const ends = [-Infinity, ...inner, Infinity];
      return ends.slice(1).map((to, i) => ({ from: ends[i]!, to, ...lines[i]! }));
    });

  it('may be any: the laws hold for random ones, continuous or not', () => {
    fc.assert(
      fc.property(random, (pieces) => {
        expect(brokenLaws(activationLawsFor(piecewiseLinear('random', pieces)), 20)).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it('are copied, so that a later change has no effect', () => {
    const mine = { ...line };
    const solver = piecewiseLinear('mine', [mine]);
    mine.slope = 7;
    expect(solver.pieces).toEqual([line]);
    expect(applyOne(solver, 2)).toBe(2);
  });

  it.each<[string, Piece[], string]>([
    ['no pieces', [], 'has no pieces'],
    ['a late start', [{ ...line, from: 0 }], 'piece 1 of 1 starts at 0: the first piece must start at -inf'],
    ['an early end', [{ ...line, to: 0 }], 'the last piece ends at 0; it must end at inf'],
    [
      'a gap',
      [
        { ...line, to: 0 },
        { ...line, from: 1 },
      ],
      'piece 2 of 2 starts at 1, but the piece before it ends at 0: close a gap',
    ],
    [
      'an overlap',
      [
        { ...line, to: 0 },
        { ...line, from: -1 },
      ],
      'piece 2 of 2 starts at -1, but the piece before it ends at 0: close an overlap',
    ],
    [
      'an empty piece',
      [
        { ...line, to: 0 },
        { ...line, from: 0, to: 0 },
      ],
      'from 0 must be less than to 0',
    ],
    ['a reversed piece', [{ ...line, from: 1, to: 0 }], 'from 1 must be less than to 0'],
    ['an end that is no number', [{ ...line, to: NaN }], 'from -Infinity must be less than to NaN'],
    ['an infinite slope', [{ ...line, slope: Infinity }], 'slope Infinity must be a finite number'],
    ['an offset that is no number', [{ ...line, offset: NaN }], 'offset NaN must be a finite number'],
  ])('with %s are refused', (_, pieces, message) => {
    const make = (): unknown => piecewiseLinear('bad', pieces);
    expect(make).toThrow(UserError);
    expect(make).toThrow('Activation "bad"');
    expect(make).toThrow(message);
  });
});
