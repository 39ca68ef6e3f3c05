const special = 'number';

/** JSON knows neither NaN and infinities nor the sign of zero. */
const replace = (_: string, value: unknown): unknown =>
  typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))
    ? { [special]: Object.is(value, -0) ? '-0' : String(value) }
    : value;

function revive(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 1) return value;
  const { [special]: text } = value as Record<string, unknown>;
  return typeof text === 'string' ? Number(text) : value;
}

/** Plain data as JSON that keeps every number as it is. */
export const toJson = (value: unknown): string => JSON.stringify(value, replace);

/** What {@link toJson} was given. */
export const fromJson = (text: string): unknown => JSON.parse(text, revive);
