import { fc, it } from '@fast-check/vitest';
import { describe, expect, it as plainIt } from 'vitest';
import { holdOut, random, UserError } from '../../core/index.ts';

const cases = fc.record({
  labels: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 2, maxLength: 60 }),
  share: fc.double({ min: 0.01, max: 0.95, noNaN: true }),
  seed: fc.nat(),
});

const possible = cases.filter(({ labels, share }) => Math.round(share * labels.length) < labels.length);

describe('holding out', () => {
  it.prop([possible])('puts every sample into exactly one part, in order', ({ labels, share, seed }) => {
    const { kept, heldOut } = holdOut(labels, share, random(String(seed)), 'd');
    expect([...kept, ...heldOut].sort((a, b) => a - b)).toEqual(labels.map((_, sample) => sample));
    for (const part of [kept, heldOut]) expect([...part]).toEqual([...part].sort((a, b) => a - b));
    expect(heldOut).toHaveLength(Math.max(1, Math.round(share * labels.length)));
  });

  it.prop([possible])('takes its share of every class to within one', ({ labels, share, seed }) => {
    const { heldOut } = holdOut(labels, share, random(String(seed)), 'd');
    const exact = heldOut.length / labels.length;
    for (const label of new Set(labels)) {
      const taken = heldOut.filter((sample) => labels[sample] === label).length;
      const members = labels.filter((other) => other === label).length;
      expect(Math.abs(taken - exact * members)).toBeLessThan(1 + 1e-9);
    }
  });

  it.prop([possible])('does not depend on what the classes are called', ({ labels, share, seed }) => {
    const parts = [labels, labels.map(String), Float64Array.from(labels)].map((given) =>
      holdOut(given, share, random(String(seed)), 'd'),
    );
    expect(parts[1]).toEqual(parts[0]);
    expect(parts[2]).toEqual(parts[0]);
  });

  plainIt('is another one for another seed, and reaches every sample', () => {
    const labels = new Array<number>(20).fill(0);
    const held = Array.from({ length: 100 }, (_, seed) => holdOut(labels, 0.1, random(String(seed)), 'd').heldOut);
    expect(new Set(held.flatMap((part) => [...part])).size).toBe(20);
  });

  plainIt.each([
    [[1, 2], 0, 'd: the share of samples to hold out is a number between 0 and 1, got 0.'],
    [[1, 2], 1, 'd: the share of samples to hold out is a number between 0 and 1, got 1.'],
    [[1, 2], NaN, 'd: the share of samples to hold out is a number between 0 and 1, got NaN.'],
    [[1, 2], 0.9, 'd: holding out 2 of 2 samples leaves none to train on.'],
    [[1], 0.1, 'd: holding out 1 of 1 sample leaves none to train on.'],
  ])('refuses labels %o and a share of %d', (labels, share, message) => {
    expect(() => holdOut(labels, share, random('1'), 'd')).toThrow(new UserError(message));
  });
});
