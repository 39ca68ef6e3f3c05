import fc from 'fast-check';
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { cli, clouds, folderOf, runFile } from './support/cli.ts';

const run = folderOf({ 'train.csv': clouds(20), 'test.csv': clouds(10) })('run.yaml');

/** One line and exit code 2, or nothing to complain about. */
async function mustBeClear(argv: readonly string[]): Promise<void> {
  const { code, stderr } = await cli(argv);
  if (code === 0) return;
  expect(stderr).toMatch(/^nograd: [^\n]+\n$/);
  expect(code).toBe(2);
}

const fragments = [
  'data',
  'network',
  'layers',
  ': ',
  '- ',
  '{',
  '}',
  '[',
  ']',
  '\n',
  '  ',
  '&a ',
  '*a',
  '!!x ',
  '"',
  '|',
  '? ',
];
const junk = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.constantFrom(...fragments), { maxLength: 30 }).map((parts) => parts.join('')),
  fc.json(),
);

/** Every path in a run file. */
function pathsOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

const paths = pathsOf(parse(runFile)).slice(1);
const anything = fc.oneof(fc.anything({ maxDepth: 2, withNullPrototype: true }).map(jsonOf), fc.double(), fc.integer());

/** What YAML can hold of a value. */
function jsonOf(value: unknown): unknown {
  const text = JSON.stringify([value], (_, each: unknown) => (typeof each === 'bigint' ? String(each) : each));
  return (JSON.parse(text) as unknown[])[0];
}

describe('whatever a run file holds, there is one clear line', () => {
  it('for junk', async () => {
    await fc.assert(
      fc.asyncProperty(junk, async (text) => {
        writeFileSync(run, text);
        await mustBeClear(['train', run, '--dry-run']);
      }),
      { numRuns: 300 },
    );
  });

  it('for a run with something else in one place', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), anything, async (path, value) => {
        const document = parse(runFile) as Record<string, unknown>;
        let here: Record<string, unknown> = document;
        for (const step of path.slice(0, -1)) here = here[step] as Record<string, unknown>;
        here[path.at(-1)!] = value;
        writeFileSync(run, stringify(document));
        await mustBeClear(['train', run, '--dry-run']);
      }),
      { numRuns: 200 },
    );
  });

  it('for any setting', async () => {
    writeFileSync(run, runFile);
    const key = fc.oneof(fc.string(), fc.constantFrom(...paths.map((path) => path.join('.'))));
    await fc.assert(
      fc.asyncProperty(key, junk, async (name, value) => {
        await mustBeClear(['train', run, '--dry-run', '--set', `${name}=${value}`]);
      }),
      { numRuns: 200 },
    );
  });

  it('for brackets without end, and lists that grow without bound', async () => {
    writeFileSync(run, '['.repeat(20_000));
    await mustBeClear(['train', run]);
    const names = Array.from({ length: 12 }, (_, level) => `a${level}`);
    const text = names.map(
      (name, level) =>
        `${name}: &${name} [${Array(9)
          .fill(level === 0 ? 'x' : `*a${level - 1}`)
          .join(', ')}]`,
    );
    writeFileSync(run, text.join('\n'));
    await mustBeClear(['train', run]);
  });
});
