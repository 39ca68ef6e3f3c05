import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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

describe.each(readdirSync('experiments').filter((name) => name.endsWith('.yaml')))('experiments/%s', (name) => {
  const file = join('experiments', name);

  it('fits the schema that its first line names, and can be run', async () => {
    const text = readFileSync(file, 'utf8');
    expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=../extensions/cli/run.schema.json');
    expect(schema.safeParse(parse(text)).error).toBeUndefined();
    const { code, stderr } = await cli(['train', file, '--dry-run']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});
