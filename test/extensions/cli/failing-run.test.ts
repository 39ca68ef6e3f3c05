import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { cli, json, jsonLines, workplace } from './support/cli.ts';

const inversify = pathToFileURL(resolve('node_modules/inversify/lib/index.js')).href;

/** A rectifier that gives NaN from its n-th call on. */
const failing = `import { ContainerModule } from '${inversify}';
let calls = 0;
const solver = {
  name: 'failing', gap: 0,
  apply(z, out) { for (let i = 0; i < z.length; i++) out[i] = Math.max(z[i], 0); },
  solve(a, m, penalty, z) { calls++; for (let i = 0; i < z.length; i++) z[i] = calls > 2 ? NaN : m[i]; },
};
export const module = new ContainerModule(({ bind }) => {
  bind(Symbol.for('nograd/ActivationSolver')).toConstantValue(solver);
});
`;

describe('a run that turns non-finite', () => {
  it('stops with exit code 1, names node and sweep, says what to try, and leaves its last good model', async () => {
    const at = workplace({ 'failing.mjs': failing });
    const set = ['--set', 'plugins=[./failing.mjs]', 'network.layers[0].activation=failing'];
    const { code, stdout, stderr } = await cli(['train', at('run.yaml'), '--out', at('out'), ...set]);
    expect(code).toBe(1);
    const message = stderr.trimEnd().split('\n').at(-1)!;
    expect(message).toMatch(/^nograd: The run failed: non-finite: sweep 3, .*"dense-/);
    expect(message).toContain('Standardise the inputs, lower `beta`, or raise `ridge`.');
    expect(message).toContain(`The last good model is in ${at('out')}/model.safetensors`);
    expect(stdout).toContain('non-finite after 2 sweeps');
    const result = json(at('out/result.json'));
    expect(result).toMatchObject({ outcome: 'non-finite', sweeps: 2 });
    const { test } = jsonLines(at('out/metrics.jsonl'))[1]!;
    const evaluated = await cli(['evaluate', at('out'), '--data', at('test.csv'), '--json']);
    expect(JSON.parse(evaluated.stdout)).toMatchObject(test as object);
  });
});
