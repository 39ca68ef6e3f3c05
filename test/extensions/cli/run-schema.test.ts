import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { compose } from '../../../extensions/cli/composition.ts';
import { runJsonSchema } from '../../../extensions/cli/run-schema.ts';
import { cli, runFile } from './support/cli.ts';

const path = 'extensions/cli/run.schema.json';
const { catalogue, data } = compose();
const schema = z.fromJSONSchema(JSON.parse(readFileSync(path, 'utf8')) as z.core.JSONSchema.JSONSchema);
const run = (): Record<string, Record<string, unknown>> => parse(runFile) as Record<string, Record<string, unknown>>;

describe('the schema of run files', () => {
  it('is that of what comes with nograd: `npm run schema` writes it', () => {
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(runJsonSchema(catalogue, data.named));
  });

  it('accepts a run file, also with names of plug-ins', () => {
    expect(schema.safeParse(run()).success).toBe(true);
    const layers = [{ kind: 'mine', width: 3 }, { kind: 'dense', units: 3, activation: 'swish' }, { kind: 'dense' }];
    expect(
      schema.safeParse({ ...run(), network: { layers, loss: 'mine' }, scheme: { name: 'mine', x: 1 } }).success,
    ).toBe(true);
  });

  it('says nothing that JSON has no word for', () => {
    expect(JSON.stringify(runJsonSchema(catalogue, data.named))).not.toContain(':null');
  });

  it.each([
    ['a preset with an option of its scheme', { name: 'taylor-feasible', gamma: 3 }],
    ['no multiplier', { name: 'taylor', multiplierStep: 'none' }],
  ])('accepts %s', (_, scheme) => {
    expect(schema.safeParse({ ...run(), scheme }).success).toBe(true);
  });

  it.each([
    ['an unknown key', { ...run(), sede: 1 }],
    ['an unknown key of a layer', { ...run(), network: { layers: [{ kind: 'dense', unit: 3 }] } }],
    ['an unknown option of a scheme', { ...run(), scheme: { name: 'taylor', gama: 1 } }],
    ['a negative penalty', { ...run(), scheme: { name: 'taylor', gamma: -1 } }],
    ['a missing network', { data: run()['data'] }],
  ])('refuses %s', (_, wrong) => {
    expect(schema.safeParse(wrong).success).toBe(false);
  });
});

const higgs = '../shared/data/higgs-train.csv.gz';

/** Data that no package brings: where it is on a machine for development, and which keys take it. */
const elsewhere: Readonly<Record<string, readonly string[]>> = {
  'higgs.yaml': ['data.train'],
  'higgs-full.yaml': ['data.train', 'data.test'],
};

/** Files that a run reads from beside the project, which not everyone has. */
const besides = (file: string): string[] => {
  const { data } = parse(readFileSync(file, 'utf8')) as { readonly data: Readonly<Record<string, unknown>> };
  const given = [data['train'], data['test']].filter((value) => typeof value === 'string');
  return given.filter((value) => value.startsWith('../../')).map((value) => join(dirname(file), value));
};

describe.each(readdirSync('experiments').filter((name) => name.endsWith('.yaml')))('experiments/%s', (name) => {
  const file = join('experiments', name);

  it('fits the schema that its first line names', () => {
    const text = readFileSync(file, 'utf8');
    expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=../extensions/cli/run.schema.json');
    expect(schema.safeParse(parse(text)).error).toBeUndefined();
  });

  it('can be run', async ({ skip }) => {
    const keys = elsewhere[name] ?? [];
    const missing = (keys.length > 0 ? [higgs] : besides(file)).filter((needed) => !existsSync(needed));
    skip(missing.length > 0, `needs ${missing.join(', ')}`);
    const given = keys.flatMap((key) => ['--set', `${key}=${higgs}`]);
    const { code, stderr } = await cli(['train', file, '--dry-run', ...given]);
    skip(stderr.includes('dataset-fashion-mnist'), stderr);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});
