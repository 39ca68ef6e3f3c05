import { z } from 'zod';
import { must, unknownName } from './errors.ts';
import { checkOptions } from './options.ts';
import type { Scheme } from './scheme.ts';

/** The type of an option, whether it has a default or not. */
function typeOf(field: z.ZodType): z.ZodType {
  return field instanceof z.ZodDefault || field instanceof z.ZodOptional ? (field.unwrap() as z.ZodType) : field;
}

/**
 * A scheme that is another one with other defaults, under a name of its own. It has all options of the other, so that a
 * run file can still set each of them; it is bound like any scheme.
 *
 * @param scheme - An object of the form of {@link Scheme}, whose options are a `z.strictObject`.
 * @param defaults - The options whose defaults change.
 * @throws UserError for options that are no object, and for a default that the scheme does not know or would refuse.
 *
 * @example
 * ```ts
 * const stubborn = preset('stubborn', taylor, { gamma: 100 });
 * ```
 */
export function preset<Options extends object>(
  name: string,
  scheme: Scheme<Options>,
  defaults: Readonly<Partial<Options>>,
): Scheme<Options> {
  const { options } = scheme as Scheme;
  must(options instanceof z.ZodObject, () => `Preset "${name}": the options of scheme "${scheme.name}" are no object.`);
  const changed = Object.entries(defaults).map(([key, value]) => {
    const field = options.shape[key] as z.ZodType | undefined;
    must(field !== undefined, () => `Preset "${name}": ${unknownName('option', key, Object.keys(options.shape))}`);
    const type = typeOf(field);
    const standard = type.default(checkOptions(`Preset "${name}".${key}`, type, value));
    return [key, field.description === undefined ? standard : standard.describe(field.description)] as const;
  });
  return { ...scheme, name, options: options.safeExtend(Object.fromEntries(changed)) as unknown as z.ZodType<Options> };
}
