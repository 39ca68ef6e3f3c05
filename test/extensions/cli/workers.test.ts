import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { availableWorkers } from '../../../extensions/threads/index.ts';
import { cli, clouds, json, jsonLines, workplace, type Printed } from './support/cli.ts';

const inversify = pathToFileURL(resolve('node_modules/inversify/lib/index.js')).href;

/** A plug-in with a rectifier that does something in the worker of rank 1, while the other waits for it. */
const misbehaving = (deed: string): string => `
import { workerData } from 'node:worker_threads';
import { ContainerModule } from '${inversify}';
const solver = {
  name: 'misbehaving', gap: 0,
  apply(z, out) { for (let i = 0; i < z.length; i++) out[i] = Math.max(z[i], 0); },
  solve(a, m, penalty, z) { if (workerData.rank === 1) { ${deed} } z.set(m); },
};
export const module = new ContainerModule(({ bind }) => {
  bind(Symbol.for('nograd/ActivationSolver')).toConstantValue(solver);
});
`;

function trainWith(deed: string): Promise<Printed> {
  const at = workplace({ 'plug-in.mjs': misbehaving(deed) });
  const set = ['--set', 'plugins=[./plug-in.mjs]', 'network.layers[0].activation=misbehaving'];
  return cli(['train', at('run.yaml'), '--workers', '2', ...set]);
}

const lastLine = ({ stderr }: Printed): string => stderr.trimEnd().split('\n').at(-1)!;

describe('workers', () => {
  it('train together what one trains alone', async () => {
    const at = workplace();
    const set = ['--set', 'precision=float64'];
    for (const workers of ['1', '2']) {
      const { code } = await cli(['train', at('run.yaml'), '--out', at(workers), '--workers', workers, ...set]);
      expect(code).toBe(0);
    }
    const [one, two] = ['1', '2'].map((name) => json(at(`${name}/result.json`)));
    expect([one!['ranks'], two!['ranks']]).toEqual([1, 2]);
    const losses = [one, two].map((result) => (result!['train'] as { loss: number }).loss);
    expect(losses[1]).toBeCloseTo(losses[0]!, 9);
    expect(jsonLines(at('2/metrics.jsonl')).map(({ sweep }) => sweep)).toEqual([1, 2, 3, 4, 5]);
  });

  it('are as many as there are processors where none are asked for, but not more than have something to do', async () => {
    const at = workplace({ 'train.csv': clouds(1100) });
    const { stdout } = await cli(['train', at('run.yaml'), '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ ranks: Math.min(2, availableWorkers()) });
  });

  it('end a run with the message of a plug-in that misuses something in one of them', async () => {
    const printed = await trainWith(`throw Object.assign(new Error('alpha is missing.'), { name: 'UserError' });`);
    expect(printed.code).toBe(2);
    expect(lastLine(printed)).toBe('nograd: alpha is missing.');
  });

  it('end a run where a plug-in throws in one of them, and say where', async () => {
    const printed = await trainWith(`throw new TypeError('no such thing');`);
    expect(printed.code).toBe(1);
    expect(printed.stderr).toContain('nograd: Rank 1 of 2: no such thing\n');
    expect(printed.stderr).toContain('plug-in.mjs:');
  });

  it('end a run where one of them is killed', async () => {
    const printed = await trainWith('process.exit(5);');
    expect(printed.code).toBe(1);
    expect(lastLine(printed)).toBe(
      'nograd: Rank 1 of 2 was lost: its thread ended with exit code 5 before its work was done.',
    );
  });
});
