import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { random, type Random } from '../../core/index.ts';

type Draw = 'uniform' | 'normal' | 'integer';

const draws = fc.array(fc.constantFrom<Draw>('uniform', 'normal', 'integer'), { maxLength: 20 });
const take = (stream: Random, kinds: readonly Draw[]): number[] =>
  kinds.map((kind) => (kind === 'integer' ? stream.integer(1000) : stream[kind]()));
const uniforms = (stream: Random, count = 8): number[] => Array.from({ length: count }, () => stream.uniform());

describe('random numbers', () => {
  it.prop([fc.string(), draws])('are the same for the same seed', (seed, kinds) => {
    expect(take(random(seed), kinds)).toEqual(take(random(seed), kinds));
  });

  it.prop([fc.string(), fc.string()])('differ from seed to seed', (first, second) => {
    fc.pre(first !== second);
    expect(uniforms(random(first))).not.toEqual(uniforms(random(second)));
  });

  it.prop([fc.string(), fc.string(), draws, draws])(
    'of a child depend on its name alone, not on what was drawn before or beside',
    (seed, name, before, beside) => {
      const expected = uniforms(random(seed).child(name));
      const parent = random(seed);
      take(parent, before);
      const child = parent.child(name);
      take(parent, beside);
      take(parent.child(`${name}, another`), beside);
      expect(uniforms(child)).toEqual(expected);
    },
  );

  it.prop([fc.string(), fc.string(), draws])('of a parent do not depend on its children', (seed, name, kinds) => {
    const [alone, beside] = [random(seed), random(seed)];
    take(beside.child(name), ['normal', 'uniform']);
    expect(take(beside, kinds)).toEqual(take(alone, kinds));
  });

  it('of children, grandchildren and parent are all different', () => {
    const root = random('7');
    const streams = [root, root.child('a'), root.child('b'), root.child('a').child('b'), root.child('b').child('a')];
    expect(new Set(streams.flatMap((stream) => uniforms(stream))).size).toBe(8 * streams.length);
  });

  it.prop([fc.string(), fc.integer({ min: 1, max: 50 })])('lie where they are said to lie', (seed, count) => {
    const stream = random(seed);
    for (let i = 0; i < 50; i++) {
      const [uniform, whole] = [stream.uniform(), stream.integer(count)];
      expect(uniform >= 0 && uniform < 1).toBe(true);
      expect(Number.isInteger(whole) && whole >= 0 && whole < count).toBe(true);
      expect(Number.isFinite(stream.normal())).toBe(true);
    }
  });

  it('have the moments of their distributions, to five standard errors', () => {
    const stream = random('moments');
    const count = 20_000;
    const mean = (draw: () => number): number => {
      let sum = 0;
      for (let i = 0; i < count; i++) sum += draw();
      return sum / count;
    };
    const within = (found: number, expected: number, variance: number): void => {
      expect(Math.abs(found - expected)).toBeLessThan(5 * Math.sqrt(variance / count));
    };
    within(
      mean(() => stream.uniform()),
      1 / 2,
      1 / 12,
    );
    within(
      mean(() => stream.normal()),
      0,
      1,
    );
    within(
      mean(() => stream.normal() ** 2),
      1,
      2,
    );
    within(
      mean(() => stream.normal() ** 4),
      3,
      96,
    );
    within(
      mean(() => stream.normal() * stream.normal()),
      0,
      1,
    );
    within(
      mean(() => stream.integer(5)),
      2,
      2,
    );
  });
});
