import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { classesOf, samplesOfClasses, targetsOf, type Label } from '../../core/targets.ts';

const numbers = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 80 });
const severalOf = (labels: readonly Label[]): boolean => new Set(labels.map(String)).size > 1;

describe('classes', () => {
  it.prop([numbers.filter(severalOf)])('are the distinct numbers, sorted by value', (labels) => {
    expect(classesOf(labels, 'd')).toEqual([...new Set(labels)].sort((a, b) => a - b));
    expect(classesOf(Float64Array.from(labels), 'd')).toEqual(classesOf(labels, 'd'));
  });

  it('are the distinct names, sorted by characters, after any numbers', () => {
    expect(classesOf(['b', 'B', 'a', 'b'], 'd')).toEqual(['B', 'a', 'b']);
    expect(classesOf(['x', 10, 9, 'a'], 'd')).toEqual([9, 10, 'a', 'x']);
  });

  it('are refused for no samples, one class, and labels that are measurements', () => {
    expect(() => classesOf([], 'd')).toThrow('d: there are no samples.');
    expect(() => classesOf([3, 3], 'd')).toThrow(
      'd: all 2 samples are of one class, 3; telling classes apart needs at least two.',
    );
    expect(() => classesOf([0, 1, NaN], 'd')).toThrow('d: the label of sample 3 is NaN, not a finite number.');
    expect(() => classesOf([0, 0.5], 'd')).toThrow(
      /^d: the label of sample 2 is 0\.5, not a whole number\. This looks like regression, which is not supported yet; .*`label`\.$/,
    );
    const many = Array.from({ length: 1001 }, (_, i) => i);
    expect(() => classesOf(many, 'd')).toThrow(
      /^d: there are more than 1000 distinct labels\. This looks like regression/,
    );
    expect(classesOf(many.slice(1), 'd')).toHaveLength(1000);
  });
});

describe('targets', () => {
  it('of two classes are one column, 1 for the second class', () => {
    const y = targetsOf([0, 2, 2, 0], [0, 2], 'float32', 'd');
    expect(y).toEqual({ rows: 4, cols: 1, data: Float32Array.of(0, 1, 1, 0) });
    expect([...targetsOf([0, 2], [2, 0], 'float32', 'd').data]).toEqual([1, 0]);
  });

  it.prop([numbers.filter((labels) => new Set(labels).size > 2)])('of more classes have one 1 a row', (labels) => {
    const classes = classesOf(labels, 'd');
    const y = targetsOf(labels, classes, 'float64', 'd');
    expect([y.rows, y.cols]).toEqual([labels.length, classes.length]);
    labels.forEach((label, row) => {
      const expected = classes.map((candidate) => (candidate === label ? 1 : 0));
      expect([...y.data.subarray(row * y.cols, (row + 1) * y.cols)]).toEqual(expected);
    });
  });

  it('compare labels by their text, so that numbers read as names still match', () => {
    expect([...targetsOf(['7', '3'], [3, 7], 'float64', 'd').data]).toEqual([1, 0]);
  });

  it('refuse a label outside the classes, and classes that cannot be told apart', () => {
    expect(() => targetsOf(['a', 'z'], ['a', 'b'], 'float32', 'd')).toThrow(
      'd: the label of sample 2 is z, which is none of the classes a, b; list the classes to keep, or leave such samples out.',
    );
    expect(() => targetsOf([1], [1, 2, '1'], 'float32', 'd')).toThrow('A class is named twice: 1, 2, 1.');
    expect(() => targetsOf([1], [1], 'float32', 'd')).toThrow('Telling classes apart needs at least two, got 1.');
  });
});

describe('samples of some classes', () => {
  it.prop([numbers, fc.integer({ min: 1, max: 100 })])('are all of them in order, up to the limit', (labels, limit) => {
    const expected = labels.flatMap((label, sample) => (label === 1 || label === -3 ? [sample] : []));
    expect([...samplesOfClasses(labels, [1, -3])]).toEqual(expected);
    expect([...samplesOfClasses(labels, [1, -3], limit)]).toEqual(expected.slice(0, limit));
  });
});
