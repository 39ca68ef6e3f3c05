import type { Factor } from '../../report/index.ts';
import type { Variant } from './define.ts';

/** Values of a factor, by the factor's name. */
type Values<Names extends string> = Readonly<Record<Names, readonly Factor[]>>;

/** Every combination of values, the last name changing fastest. */
export function combinations(values: Readonly<Record<string, readonly unknown[]>>): Record<string, unknown>[] {
  return Object.entries(values).reduce<Record<string, unknown>[]>(
    (all, [name, choices]) => all.flatMap((chosen) => choices.map((choice) => ({ ...chosen, [name]: choice }))),
    [{}],
  );
}

/**
 * A variant for every combination of factors, named after them: `gamma 10, beta 1`.
 *
 * @example
 * ```ts
 * grid({ gamma: [1, 10], beta: [1, 10] }, ({ gamma, beta }) => ({ scheme: { name: 'taylor', gamma, beta } }));
 * ```
 */
export function grid<Names extends string, Values_ extends Values<Names>>(
  values: Values_ & Values<Names>,
  variantOf: (chosen: { readonly [Name in keyof Values_]: Values_[Name][number] }) => Variant,
): Record<string, Variant> {
  type Chosen = { readonly [Name in keyof Values_]: Values_[Name][number] };
  const named = (combinations(values) as Chosen[]).map((chosen): [string, Variant] => {
    const name = Object.entries(chosen)
      .map(([factor, value]) => (typeof value === 'string' ? value : `${factor} ${String(value)}`))
      .join(', ');
    const variant = variantOf(chosen);
    return [name, { ...variant, factors: { ...chosen, ...variant.factors } }];
  });
  return Object.fromEntries(named);
}

/** Every variant on each number of threads; what a search finds holds for all of them. */
export function onThreads(
  counts: readonly number[],
  variants: Readonly<Record<string, Variant>>,
): Record<string, Variant> {
  const all = Object.entries(variants).flatMap(([method, variant]) =>
    counts.map((workers): [string, Variant] => {
      const name = `${method}, ${workers} ${workers === 1 ? 'thread' : 'threads'}`;
      const search = variant.search && { search: { name: method, ...variant.search } };
      return [name, { ...variant, ...search, workers, factors: { method, threads: workers, ...variant.factors } }];
    }),
  );
  return Object.fromEntries(all);
}
