import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors } from '../../../extensions/safetensors/index.ts';
import { cli, json, workplace } from './support/cli.ts';

const inversify = pathToFileURL(resolve('node_modules/inversify/lib/index.js')).href;

const moduleWith = (body: string): string => `import { ContainerModule } from '${inversify}';
export const helper = 3;
export const mine = new ContainerModule(({ bind }) => { ${body} });
`;

const doubling = moduleWith(`bind(Symbol.for('nograd/ActivationSolver')).toConstantValue({
  name: 'doubling', gap: 0,
  apply(z, out) { for (let i = 0; i < z.length; i++) out[i] = 2 * z[i]; },
  solve(a, m, { gamma, beta }, z) {
    for (let i = 0; i < z.length; i++) z[i] = (2 * gamma * a[i] + beta * m[i]) / (4 * gamma + beta);
  },
});`);

const setPlugin = (name: string): string[] => ['--set', `plugins=["${name}"]`];
const useDoubling = [...setPlugin('./doubling.mjs'), 'network.layers[0].activation=doubling'];

describe('a plug-in', () => {
  it('is found beside the run file, and its activation can be trained with and evaluated', async () => {
    const at = workplace({ 'doubling.mjs': doubling });
    const { code } = await cli(['train', at('run.yaml'), '--out', at('out'), ...useDoubling]);
    expect(code).toBe(0);
    const { stdout, stderr } = await cli(['evaluate', at('out'), '--data', at('test.csv'), '--json']);
    expect(stderr).toBe(`The model needs the plug-in ${pathToFileURL(at('doubling.mjs')).href}.\n`);
    expect(JSON.parse(stdout)).toMatchObject(json(at('out/result.json'))['test'] as object);
  });

  it('can be a URL', async () => {
    const at = workplace();
    const url = `data:text/javascript,${encodeURIComponent(doubling)}`;
    const { code, stderr } = await cli([
      'train',
      at('run.yaml'),
      '--dry-run',
      ...setPlugin(url),
      'network.layers[0].activation=doubling',
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it.each([
    ['is missing', undefined, /Plug-in "\.\/p\.mjs": there is no file ".*p\.mjs"\./],
    ['has an error in its syntax', 'export const x = ;', /Plug-in "\.\/p\.mjs": .*Unexpected token/],
    ['throws when it is loaded', 'throw new Error("no licence found")', /Plug-in "\.\/p\.mjs": no licence found\./],
    ['throws when it binds', moduleWith('throw new TypeError("what is this")'), /Plug-in "\.\/p\.mjs": what is this\./],
    [
      'exports no module',
      'export const x = { load() {} }; export const y = null;',
      /Plug-in "\.\/p\.mjs" exports no ContainerModule of inversify/,
    ],
    [
      'binds a name that is taken',
      doubling.replace("'doubling'", "'relu'"),
      /Plug-in "\.\/p\.mjs": Two modules bind the activation "relu"/,
    ],
  ])('that %s is told with its name', async (_, text, says) => {
    const at = workplace(text === undefined ? {} : { 'p.mjs': text });
    const { code, stderr } = await cli(['train', at('run.yaml'), ...setPlugin('./p.mjs')]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^nograd: [^\n]+\n$/);
    expect(stderr).toMatch(says);
  });

  it('that is a package nobody has is told with its name', async () => {
    const at = workplace();
    const { code, stderr } = await cli(['train', at('run.yaml'), ...setPlugin('nograd-plugin-of-nobody')]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^nograd: Plug-in "nograd-plugin-of-nobody": .*\n$/);
  });

  it('that a model needs, and that is gone, is told', async () => {
    const at = workplace({ 'doubling.mjs': doubling });
    await cli(['train', at('run.yaml'), '--out', at('out'), ...useDoubling]);
    rmSync(at('doubling.mjs'));
    const { code, stderr } = await cli(['evaluate', at('out'), '--data', at('test.csv')]);
    expect(code).toBe(2);
    expect(stderr).toContain(`there is no file "${at('doubling.mjs')}".`);
  });

  it('that a model file brings along is not run', async () => {
    const at = workplace();
    await cli(['train', at('run.yaml'), '--out', at('out')]);
    const { tensors, metadata } = await readSafetensors(at('out/model.safetensors'));
    const plugins = JSON.stringify(['data:text/javascript,globalThis.wasRun = true']);
    await writeSafetensors(at('out/model.safetensors'), [...tensors.values()], { ...metadata, plugins });
    const { code, stderr } = await cli(['evaluate', at('out'), '--data', at('test.csv')]);
    expect(code).toBe(2);
    expect(stderr).toContain('which is no file or package: plug-ins of models are not fetched.');
    expect(globalThis).not.toHaveProperty('wasRun');
  });
});
