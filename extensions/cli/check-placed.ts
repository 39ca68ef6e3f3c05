import type { z } from 'zod';
import { UserError } from '../../core/errors.ts';
import { checkOptions } from '../../core/options.ts';
import type { Path, YamlText } from './yaml-text.ts';

type Issue = z.core.$ZodIssue;

/** Of a value that fits no branch of a union: the mistake in the branch that got furthest, else what was expected. */
function explained(issue: Issue): Issue {
  if (issue.code !== 'invalid_union') return issue;
  const first = issue.errors.flatMap((branch) => branch.slice(0, 1)).map(explained);
  const furthest = [...first].sort((a, b) => b.path.length - a.path.length)[0];
  if (furthest !== undefined && furthest.path.length > 0) {
    return { ...furthest, path: [...issue.path, ...furthest.path] };
  }
  const expected = first.flatMap((each) => (each.code === 'invalid_type' ? each.expected : []));
  return expected.length < 2 ? issue : { ...issue, message: `Invalid input: expected ${expected.join(' or ')}` };
}

/** Runs `act`; what it finds wrong is told with the place. */
export function placed<T>(place: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw error instanceof UserError ? new UserError(`${place}: ${error.message}`) : error;
  }
}

/**
 * Checks options like {@link checkOptions}, and tells where the wrong one was written.
 *
 * @param where - What the options belong to, for messages.
 * @param base - Where the options stand in the text. Default: at the top.
 */
export function checkPlaced<T>(where: string, schema: z.ZodType<T>, { value, place }: YamlText, base: Path = []): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { issues } = result.error;
  const given = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]!;
  const issue = explained(given);
  const key = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const found = place([...base, ...issue.path], key);
  if (issue === given) return placed(found, () => checkOptions(where, schema, value));
  throw new UserError(`${found}: ${[where, ...issue.path].join('.')}: ${issue.message.replace(/\.?$/, '.')}`);
}
