import { must } from './errors.ts';

/** Names that stand for several sources or nodes, in order: a reader of the name reads their concatenation. */
export class Compounds {
  readonly #parts = new Map<string, readonly string[]>();

  /** Gives these parts a name. */
  set(name: string, parts: readonly string[]): void {
    must(parts.length > 0, () => `The name "${name}" stands for no node at all.`);
    this.#parts.set(name, parts);
  }

  /** What the name stands for, one level down; `undefined` where it stands for itself. */
  get(name: string): readonly string[] | undefined {
    return this.#parts.get(name);
  }

  /** The sources and nodes that the names stand for, all levels down. */
  expand(names: readonly string[]): string[] {
    return names.flatMap((name) => {
      const parts = this.#parts.get(name);
      return parts === undefined ? [name] : this.expand(parts);
    });
  }
}
