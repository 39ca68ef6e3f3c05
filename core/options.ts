import type { z } from 'zod';
import { nearest, UserError } from './errors.ts';

/** The keys an object schema knows at a path, for suggestions. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let here: unknown = schema;
  for (const step of [...path, undefined]) {
    let definition = (here as z.ZodType)._zod.def as unknown as Record<string, unknown>;
    while (definition['innerType'] !== undefined) {
      here = definition['innerType'];
      definition = (here as z.ZodType)._zod.def as unknown as Record<string, unknown>;
    }
    const shape = definition['shape'] as Record<string, unknown> | undefined;
    if (step === undefined) return shape === undefined ? [] : Object.keys(shape);
    here = shape?.[String(step)] ?? definition['element'] ?? definition['valueType'];
    if (here === undefined) return [];
  }
  return [];
}

/** The keys an options schema knows; none where it is not an object. */
export const knownKeys = (schema: z.ZodType): string[] => keysAt(schema, []);

const pathText = (path: readonly PropertyKey[]): string =>
  path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');

/**
 * Checks options against their declared schema and fills in the defaults.
 *
 * @param where - What the options belong to, e.g. `scheme "taylor"`: the start of every message.
 * @throws UserError for the first problem; an unknown key is told with the nearest known one.
 */
export function checkOptions<T>(where: string, schema: z.ZodType<T>, given: unknown): T {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  // A mistyped key is unknown, and often missing under its right name: the first says more.
  const { issues } = result.error;
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]!;
  const place = `${where}${pathText(issue.path)}`;
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0]!;
    const known = keysAt(schema, issue.path);
    const near = nearest(key, known);
    const hint = near === undefined ? '' : ` Did you mean "${near}"?`;
    throw new UserError(`${place}: unknown key "${key}".${hint} Known: ${known.join(', ') || 'none'}.`);
  }
  throw new UserError(`${place}: ${issue.message.replace(/\.?$/, '.')}`);
}
