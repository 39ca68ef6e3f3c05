import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { must, nearest, registry, unknownName, UserError } from '../../core/index.ts';

describe('misuse', () => {
  it('throws a UserError, whose text is built only then', () => {
    expect(() => must(false, () => 'Too few: 3 of 4.')).toThrow(new UserError('Too few: 3 of 4.'));
    must(true, () => {
      throw new Error('The message of what holds is never built.');
    });
  });
});

describe('the nearest known name', () => {
  const known = ['relu', 'leaky-relu', 'hard-sigmoid', 'squared'];

  it.each([
    ['rleu', 'relu'],
    ['Relu', 'relu'],
    ['relus', 'relu'],
    ['leakyrelu', 'leaky-relu'],
    ['hardsigmoid', 'hard-sigmoid'],
    ['square', 'squared'],
    ['softmax', undefined],
    ['', undefined],
  ])('to %j is %j', (name, expected) => {
    expect(nearest(name, known)).toBe(expected);
  });

  it.prop([fc.constantFrom(...known), fc.nat(), fc.stringMatching(/^[a-z]$/)])(
    'is found after any one character is changed, left out, added or swapped with its neighbour',
    (name, position, letter) => {
      const at = position % name.length;
      const changed = name.slice(0, at) + letter + name.slice(at + 1);
      const shorter = name.slice(0, at) + name.slice(at + 1);
      const longer = name.slice(0, at) + letter + name.slice(at);
      const swapped = name.slice(0, at) + (name[at + 1] ?? '') + name[at]! + name.slice(at + 2);
      for (const mistyped of [changed, shorter, longer, swapped]) expect(nearest(mistyped, known)).toBe(name);
    },
  );

  it.prop([fc.string(), fc.array(fc.string())])('is one of the known names or none', (name, names) => {
    const near = nearest(name, names);
    expect(near === undefined || names.includes(near)).toBe(true);
    expect(nearest(name, [...names, name])?.toLowerCase()).toBe(name.toLowerCase());
  });

  it('is told beside everything that is known', () => {
    expect(unknownName('loss', 'hinje', ['hinge', 'squared'])).toBe(
      'Unknown loss "hinje". Did you mean "hinge"? Known: hinge, squared.',
    );
    expect(unknownName('loss', 'entropy', ['hinge'])).toBe('Unknown loss "entropy". Known: hinge.');
    expect(unknownName('loss', 'hinge', [])).toBe('Unknown loss "hinge". Known: none.');
  });
});

describe('a registry', () => {
  const entries = [
    { name: 'a', size: 1 },
    { name: 'b', size: 2 },
  ];
  const nameOf = ({ name }: { name: string }): string => name;

  it('finds entries by name, and lists them in order', () => {
    const found = registry('thing', entries, nameOf);
    expect([found.get('b'), found.names, found.all]).toEqual([entries[1], ['a', 'b'], entries]);
  });

  it('refuses an unknown name, and two entries of one name', () => {
    expect(() => registry('thing', entries, nameOf).get('c')).toThrow(
      'Unknown thing "c". Did you mean "a"? Known: a, b.',
    );
    expect(() => registry('thing', [...entries, { name: 'a', size: 3 }], nameOf)).toThrow(
      'Two modules bind the thing "a": leave one of them out, or rename it.',
    );
  });
});
