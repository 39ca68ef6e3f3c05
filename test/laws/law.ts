import * as fc from 'fast-check';
import { it } from 'vitest';

/** A law as a value: its sentence, and the property that fast-check tries to falsify. */
export interface Law {
  /** The law as a sentence. */
  readonly title: string;
  /** What fast-check tries to falsify. */
  readonly property: fc.IProperty<unknown>;
}

/** A law over everything an arbitrary gives; `holds` throws, with the numbers, where it does not hold. */
export const law = <T>(title: string, given: fc.Arbitrary<T>, holds: (given: T) => void): Law => ({
  title,
  property: fc.property(given, holds),
});

/** How many examples every law is tried on. */
const examples = 200;

/** Registers laws as tests of the surrounding `describe`. */
export function registerLaws(laws: readonly Law[]): void {
  for (const { title, property } of laws) it(title, () => fc.assert(property, { numRuns: examples }));
}

/** Titles of the laws that were found broken within so many examples each. */
export const brokenLaws = (laws: readonly Law[], numRuns = examples): readonly string[] =>
  laws.filter(({ property }) => fc.check(property, { numRuns, endOnFailure: true }).failed).map(({ title }) => title);

/** Throws unless `value` is at most `limit`; NaN is not. */
export function mustBeAtMost(what: string, value: number, limit: number): void {
  if (!(value <= limit)) throw new Error(`${what} is ${value}, must be at most ${limit}.`);
}

/** Throws unless both hold the same numbers, bit for bit. */
export function mustBeSame(what: string, found: ArrayLike<number>, expected: ArrayLike<number>): void {
  for (let i = 0; i < expected.length; i++) {
    if (!Object.is(found[i], expected[i])) throw new Error(`${what}: entry ${i} is ${found[i]}, not ${expected[i]}.`);
  }
}
