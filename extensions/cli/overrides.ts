import { must } from '../../core/errors.ts';
import { trainingSchema } from '../../core/run-configuration.ts';
import { parseYaml, type Place, type YamlText } from './yaml-text.ts';

/** One `--set key=value`. */
interface Override {
  readonly text: string;
  readonly path: readonly string[];
  readonly value: unknown;
}

/** `scheme.gamma=5` or `network.layers[0].units=50`; the value is read as YAML. */
function parseOverride(text: string): Override {
  const at = text.indexOf('=');
  must(at > 0, () => `--set ${text}: expected key=value, e.g. --set scheme.gamma=5.`);
  const path = text
    .slice(0, at)
    .replace(/\[(\d+)\]/g, '.$1')
    .split('.');
  must(
    !path.includes(''),
    () => `--set ${text}: "${text.slice(0, at)}" is no key; write e.g. scheme.gamma or network.layers[0].units.`,
  );
  return { text, path, value: parseYaml(`--set ${text}`, text.slice(at + 1)).value };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A copy of `here` with the override's value at the rest of its path. */
function replaced(here: unknown, depth: number, override: Override): unknown {
  const { text, path, value } = override;
  const step = path[depth];
  if (step === undefined) return value;
  if (Array.isArray(here)) {
    const items: readonly unknown[] = here;
    must(Number(step) < items.length, () => {
      const owner = path.slice(0, depth).join('.');
      return `--set ${text}: "${owner}" has entries 0 to ${items.length - 1}, but none called "${step}".`;
    });
    return items.map((item, index) => (index === Number(step) ? replaced(item, depth + 1, override) : item));
  }
  must(here === undefined || here === null || isObject(here), () => {
    return `--set ${text}: "${path.slice(0, depth).join('.')}" is ${JSON.stringify(here)}, which has no keys.`;
  });
  return { ...here, [step]: replaced(here?.[step], depth + 1, override) };
}

/** A scheme given by its name alone, or not at all, takes options like any other. */
function withOpenScheme(run: unknown, { path }: Override): unknown {
  if (!isObject(run) || path[0] !== 'scheme' || path.length === 1 || isObject(run['scheme'])) return run;
  return { ...run, scheme: { name: run['scheme'] ?? trainingSchema.shape.scheme.parse(undefined) } };
}

const startsWith = (path: readonly PropertyKey[], start: readonly string[]): boolean =>
  start.every((step, index) => String(path[index]) === step);

/**
 * Replaces values of a run by what `--set` says.
 *
 * @param assignments - As on the command line: `scheme.gamma=5`.
 * @throws UserError for an assignment without a key, a value that is no YAML, or a path through something without keys.
 */
export function override({ value, place }: YamlText, assignments: readonly string[]): YamlText {
  const overrides = assignments.map(parseOverride);
  const placed: Place = (path, key) => {
    const whole = key === undefined ? path : [...path, key];
    const source = [...overrides].reverse().find((candidate) => startsWith(whole, candidate.path));
    return source === undefined ? place(path, key) : `--set ${source.text}`;
  };
  const changed = overrides.reduce((run, each) => replaced(withOpenScheme(run, each), 0, each), value);
  return { value: changed, place: placed };
}
