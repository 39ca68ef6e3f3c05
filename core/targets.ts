import { block, zeros, type Block, type Precision } from './block.ts';
import { must, UserError } from './errors.ts';

/** What a sample is: a whole number, or the name of a class. */
export type Label = number | string;

/** The labels of many samples: an array of numbers or names, or a typed array. */
export type Labels = ArrayLike<Label>;

/** More distinct labels than this are taken for measurements rather than classes. */
export const maximumClasses = 1000;

/** Order of classes: numbers by value, then names by their characters. */
export function byValue(a: Label, b: Label): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1;
  return a < b ? -1 : 1;
}

/** A short list for messages. */
const listed = (labels: readonly Label[]): string =>
  labels.length <= 20 ? labels.join(', ') : `${labels.slice(0, 20).join(', ')}, ... (${labels.length} in all)`;

/** Said where labels are not classes. */
export const regression = 'This looks like regression, which is not supported yet';

function mustBeClass(label: Label, sample: number, name: string): void {
  if (typeof label === 'string') return;
  must(Number.isFinite(label), () => `${name}: the label of sample ${sample + 1} is ${label}, not a finite number.`);
  must(Number.isInteger(label), () => {
    return `${name}: the label of sample ${sample + 1} is ${label}, not a whole number. ${regression}; if another column holds the classes, name it with \`label\`.`;
  });
}

/**
 * The classes among the labels: each distinct label once, numbers sorted by value, names by characters.
 *
 * @param name - What the data is called in messages.
 * @throws UserError when there is no sample, a single class, a label that is not finite or not a whole number, or more than
 * {@link maximumClasses} of them.
 */
export function classesOf(labels: Labels, name: string): Label[] {
  must(labels.length > 0, () => `${name}: there are no samples.`);
  const distinct = new Map<string, Label>();
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    const key = String(label);
    if (distinct.has(key)) continue;
    mustBeClass(label, i, name);
    distinct.set(key, label);
    must(distinct.size <= maximumClasses, () => {
      return `${name}: there are more than ${maximumClasses} distinct labels. ${regression}; if another column holds the classes, name it with \`label\`.`;
    });
  }
  const classes = [...distinct.values()].sort(byValue);
  must(classes.length > 1, () => {
    return `${name}: all ${labels.length} samples are of one class, ${classes[0]}; telling classes apart needs at least two.`;
  });
  return classes;
}

/** Position of each class by its text, so that the label `"2"` of one file is the label 2 of another. */
export function classIndices(classes: readonly Label[]): ReadonlyMap<string, number> {
  const indices = new Map(classes.map((label, index) => [String(label), index]));
  must(indices.size === classes.length, () => `A class is named twice: ${listed(classes)}.`);
  must(classes.length > 1, () => `Telling classes apart needs at least two, got ${listed(classes) || 'none'}.`);
  return indices;
}

/**
 * 0/1 targets. Two classes give one column, which is 1 where the label is `classes[1]`; more give one column per class,
 * which is 1 where the label is that class.
 *
 * @param labels - One per sample.
 * @param classes - Distinct; their order is the order of the columns.
 * @param precision - Of the block.
 * @param name - What the data is called in messages.
 * @throws UserError for fewer than two classes, a class named twice, or a label that is none of the classes.
 */
export function targetsOf(labels: Labels, classes: readonly Label[], precision: Precision, name: string): Block {
  const indices = classIndices(classes);
  const cols = classes.length === 2 ? 1 : classes.length;
  const data = zeros(precision, labels.length * cols);
  for (let i = 0; i < labels.length; i++) {
    const index = indices.get(String(labels[i]));
    if (index === undefined) {
      throw new UserError(
        `${name}: the label of sample ${i + 1} is ${labels[i]}, which is none of the classes ${listed(classes)}; list the classes to keep, or leave such samples out.`,
      );
    }
    if (cols > 1) data[i * cols + index] = 1;
    else data[i] = index;
  }
  return block(labels.length, cols, data);
}

/**
 * Numbers of the samples whose label is one of the classes, in order.
 *
 * @param limit - Stop after so many. Default: no limit.
 */
export function samplesOfClasses(labels: Labels, classes: readonly Label[], limit = Infinity): Int32Array {
  const indices = classIndices(classes);
  const kept = new Int32Array(Math.min(labels.length, limit));
  let count = 0;
  for (let i = 0; i < labels.length && count < kept.length; i++) {
    if (indices.has(String(labels[i]))) kept[count++] = i;
  }
  return kept.subarray(0, count);
}
