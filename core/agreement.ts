import type { ConsensusBackend } from './consensus.ts';
import { UserError } from './errors.ts';

/** Something that has to be the same on every rank. */
export interface SharedFact {
  /** What it is called in messages, e.g. `nograd`. */
  readonly name: string;
  /** What is compared: plain data. */
  readonly value: unknown;
  /** What to do where ranks differ. */
  readonly remedy: string;
}

/** A text of rank 0, to all ranks. */
export function broadcastText(text: string, consensus: ConsensusBackend): string {
  const length = Float64Array.of(text.length);
  consensus.broadcast(length);
  const letters = Float64Array.from({ length: length[0]! }, (_, i) => text.charCodeAt(i));
  consensus.broadcast(letters);
  return Array.from(letters, (code) => String.fromCharCode(code)).join('');
}

/** Where two pieces of plain data first differ, and what is there. */
export interface Difference {
  /** Keys and positions from the top, with dots between; empty where the two differ as a whole. */
  readonly path: string;
  /** In the one, as JSON. */
  readonly one: string;
  /** In the other, as JSON. */
  readonly other: string;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const shown = (value: unknown): string => {
  const text = value === undefined ? 'not set' : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
};

/** The first difference of two pieces of plain data, if there is one. */
export function difference(one: unknown, other: unknown, path: readonly string[] = []): Difference | undefined {
  if (isObject(one) && isObject(other) && Array.isArray(one) === Array.isArray(other)) {
    for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
      const found = difference(one[key], other[key], [...path, key]);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  return Object.is(one, other) ? undefined : { path: path.join('.'), one: shown(one), other: shown(other) };
}

/**
 * Holds every rank to what rank 0 has. Every rank that differs throws; how the others hear of it is for the backend.
 *
 * @throws UserError with the name, both values and the remedy.
 */
export function mustAgree(facts: readonly SharedFact[], consensus: ConsensusBackend): void {
  if (consensus.size === 1) return;
  for (const { name, value, remedy } of facts) {
    const own = JSON.stringify(value);
    const first = broadcastText(own, consensus);
    const found = difference(JSON.parse(own), JSON.parse(first));
    if (found === undefined) continue;
    const part = found.path === '' ? '' : ` (${found.path})`;
    throw new UserError(`${name}${part} is ${found.one} here, but ${found.other} on rank 0: ${remedy}.`);
  }
}
