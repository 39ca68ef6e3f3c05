import { must, UserError, unknownName } from './errors.ts';

/** What is registered under an extension point, by name. */
export interface Registry<T> {
  /** The entry of that name; a mistyped name is told with the nearest known one. */
  get(name: string): T;
  /** All names, in order of binding. */
  readonly names: readonly string[];
  /** All entries, in order of binding. */
  readonly all: readonly T[];
}

/**
 * Makes a registry. Two entries of one name are an error rather than a silent pick.
 *
 * @param kind - What the entries are, for messages: `'activation'`.
 */
export function registry<T>(kind: string, entries: readonly T[], nameOf: (entry: T) => string): Registry<T> {
  const byName = new Map<string, T>();
  for (const entry of entries) {
    const name = nameOf(entry);
    must(!byName.has(name), () => `Two modules bind the ${kind} "${name}": leave one of them out, or rename it.`);
    byName.set(name, entry);
  }
  return {
    get(name) {
      const entry = byName.get(name);
      if (entry === undefined) throw new UserError(unknownName(kind, name, byName.keys()));
      return entry;
    },
    names: [...byName.keys()],
    all: entries,
  };
}
