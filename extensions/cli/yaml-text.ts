import { isMap, isNode, isScalar, LineCounter, parseDocument, visit, type Document } from 'yaml';
import { UserError } from '../../core/errors.ts';

/** Where a value stands: keys and positions from the top. */
export type Path = readonly PropertyKey[];

/** Says where a value, or a key of it, was written: `run.yaml:3:5`. */
export type Place = (path: Path, key?: string) => string;

/** YAML text as plain data that remembers where it came from. */
export interface YamlText {
  readonly value: unknown;
  readonly place: Place;
}

/** The offset of the value at a path, or of a key of it; of what holds it where it has none of its own. */
function offsetOf(document: Document, path: Path, key: string | undefined): number {
  const node = document.getIn(path, true);
  if (key !== undefined && isMap(node)) {
    const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
    if (isScalar(pair?.key) && pair.key.range) return pair.key.range[0];
  }
  if (isNode(node) && node.range) return node.range[0];
  return path.length === 0 ? 0 : offsetOf(document, path.slice(0, -1), undefined);
}

/** Refuses an alias inside the node that it stands for: such data has no end. */
function mustEnd(document: Document, place: (offset: number) => string): void {
  visit(document, {
    Alias(_, alias, ancestors) {
      const target = alias.resolve(document);
      if (target === undefined || !ancestors.includes(target)) return;
      throw new UserError(`${place(alias.range?.[0] ?? 0)}: "*${alias.source}" stands inside of what it repeats.`);
    },
  });
}

/**
 * Reads YAML.
 *
 * @param name - What the text is called in messages: the path of its file.
 * @throws UserError with line and column for a mistake in the syntax, a repeated key or an unknown tag.
 */
export function parseYaml(name: string, text: string): YamlText {
  const lineCounter = new LineCounter();
  const at = (offset: number): string => {
    const { line, col } = lineCounter.linePos(offset);
    return `${name}:${line}:${col}`;
  };
  try {
    const document = parseDocument(text, { lineCounter, prettyErrors: false, logLevel: 'error' });
    const problem = document.errors[0] ?? document.warnings[0];
    if (problem !== undefined) throw new UserError(`${at(problem.pos[0])}: ${problem.message.replace(/\.?$/, '.')}`);
    mustEnd(document, at);
    const value: unknown = document.toJS();
    return { value, place: (path, key) => at(offsetOf(document, path, key)) };
  } catch (error) {
    if (error instanceof UserError) throw error;
    // Too many aliases, or brackets nested beyond what a stack holds.
    throw new UserError(`${name}: cannot be read as YAML: ${(error as Error).message}.`);
  }
}
