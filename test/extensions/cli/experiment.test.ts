import { existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { cli, clouds, folderOf, json, jsonLines, type Printed } from './support/cli.ts';

const nograd = pathToFileURL(resolve('dist/extensions/cli/experiment/index.js')).href;

/** An experiment of two variants, one of them with a search, as a user would write it in JavaScript. */
const experiment = (more = '', settings = ''): string => `
import { bars, best, curves, defineExperiment, final, map, secondsTo, sweepsTo, trend, vegaLite } from '${nograd}';
${more}
export const two = defineExperiment(({ file }) => ({
  title: 'Two penalties <compared>',
  about: 'Which penalty?',
  data: { train: file('train.csv'), test: file('test.csv'), substitute: 'two clouds & no more' },
  base: {
    network: { layers: [{ kind: 'dense', units: 4, activation: 'relu' }, { kind: 'dense' }] },
    stop: { sweeps: 3 },
  },
  variants: {
    'gamma 1': { scheme: { name: 'taylor', bias: true, ridge: 0.01, gamma: 1 }, factors: { gamma: 1, kind: 'fixed' } },
    'gamma found': {
      scheme: { name: 'taylor', bias: true, ridge: 0.01 },
      factors: { gamma: 2, kind: 'found' },
      search: { over: { 'scheme.gamma': [0.5, 3] }, stop: { sweeps: 2 } },
    },
    ${settings}
  },
  seeds: 2,
  measurements: {
    'test accuracy': final(),
    'best train accuracy': best('train.accuracy'),
    'time to 50 %': secondsTo(0.5),
    'sweeps to 200 %': sweepsTo(2),
  },
  figures: {
    'over time': curves({ caption: 'A caption.' }),
    'over sweeps': curves({ x: 'sweeps', y: 'train.loss' }),
    'each variant': bars('test accuracy'),
    'over gamma': trend({ x: 'gamma', measurement: 'test accuracy', series: 'kind' }),
    'map of both': map({ x: 'gamma', y: 'kind', measurement: 'best train accuracy' }),
    'of my own': vegaLite('record', { mark: 'point', encoding: {
      x: { field: 'sweep', type: 'quantitative' }, y: { field: 'train loss', type: 'quantitative' },
    } }),
  },
}));
`;

const files = { 'train.csv': clouds(80), 'test.csv': clouds(40, 7) };
const place = (text = experiment()): ((name: string) => string) => folderOf({ 'two.mjs': text, ...files });
const run = (at: (name: string) => string, ...words: string[]) =>
  cli(['experiment', at('two.mjs'), '--out', at('out'), '--data', at('.'), ...words]);

const runFiles = [
  'gamma-1/seed-1.jsonl',
  'gamma-1/seed-2.jsonl',
  'gamma-found/seed-1.jsonl',
  'gamma-found/seed-2.jsonl',
];

describe('nograd experiment', () => {
  const at = place();
  let printed: Printed;
  beforeAll(async () => {
    printed = await run(at);
  });

  it('runs every variant with every seed, and tells how it goes', () => {
    const { code, stdout, stderr } = printed;
    expect(stderr).toContain('Two penalties <compared>; 4 runs');
    expect(stderr).toContain('the data is a substitute: two clouds & no more');
    expect(stderr).toMatch(
      /\[1\/4\] gamma 1, seed 1 {2}sweep 3 {2}train [\d.]+ % {2}test [\d.]+ % {2}[\d.]+ s {2}\d+:\d\d left/,
    );
    expect(stderr).toMatch(/the search chose scheme.gamma:[\d.]+/);
    expect(stdout).toMatch(/^\| gamma found +\| [\d.]+ ± [\d.]+ % \|/m);
    expect(stdout).toContain('none of 2');
    expect(code).toBe(0);
  });

  it('leaves a file per run with seed, versions, machine and accuracy over time', () => {
    for (const file of runFiles) {
      const [first, ...rest] = jsonLines(at(`out/runs/${file}`));
      const header = first!['run'] as Record<string, unknown>;
      expect(header).toMatchObject({
        experiment: 'two',
        seed: Number(/seed-(\d)/.exec(file)![1]),
        samples: { train: 80, validation: 0, test: 40 },
        versions: { node: process.versions.node },
        substitute: 'two clouds & no more',
      });
      expect(Object.keys(header['machine'] as object)).toEqual(['processor', 'cores', 'gibibytes', 'system', 'blas']);
      expect(rest.map(({ sweep }) => sweep)).toEqual([1, 2, 3, undefined]);
      expect(rest[2]).toMatchObject({
        totalSeconds: expect.any(Number) as number,
        test: { accuracy: expect.any(Number) as number },
      });
      expect(rest[3]).toEqual({ end: { outcome: 'finished', reason: '3 sweeps done' } });
    }
  });

  it('searches on held-out training samples and never sees the test data', () => {
    const trials = readdirSync(at('out/search/gamma-found')).map((name) =>
      jsonLines(at(`out/search/gamma-found/${name}`)),
    );
    expect(trials).toHaveLength(2);
    const scored = trials.map(([first, ...rest]) => {
      const { samples, chosen } = first!['run'] as { samples: unknown; chosen: unknown };
      expect(samples).toEqual({ train: 72, validation: 8, test: 0 });
      expect(rest.every((record) => record['test'] === undefined)).toBe(true);
      const validation = rest.slice(0, -1).map((record) => (record['validation'] as { accuracy: number }).accuracy);
      return { chosen, accuracy: Math.max(...validation) };
    });
    const highest = Math.max(...scored.map(({ accuracy }) => accuracy));
    const { run: header } = jsonLines(at('out/runs/gamma-found/seed-1.jsonl'))[0] as { run: { chosen: unknown } };
    expect(scored.filter(({ accuracy }) => accuracy === highest).map(({ chosen }) => chosen)).toContainEqual(
      header.chosen,
    );
  });

  it('draws every figure as SVG and PNG, and one page that holds all', () => {
    for (const name of ['over-time', 'over-sweeps', 'each-variant', 'over-gamma', 'map-of-both', 'of-my-own']) {
      const svg = readFileSync(at(`out/figures/${name}.svg`), 'utf8');
      expect(svg, name).toMatch(/^<svg[^>]+>[\s\S]*<path[\s\S]*<\/svg>\n$/);
      expect(svg, name).not.toMatch(/NaN|undefined|Infinity/);
      const png = readFileSync(at(`out/figures/${name}.png`));
      expect(png.subarray(1, 4).toString(), name).toBe('PNG');
      expect(png.readUInt32BE(16), name).toBeGreaterThan(200);
    }
    const curves = readFileSync(at('out/figures/over-time.svg'), 'utf8');
    expect(curves.match(/aria-roledescription="line mark"/g)).toHaveLength(2);
    for (const text of ['gamma 1', 'gamma found', 'test accuracy', 'seconds of training'])
      expect(curves).toContain(text);
    const page = readFileSync(at('out/report.html'), 'utf8');
    expect(page.match(/<figure/g)).toHaveLength(6);
    for (const text of ['Two penalties &lt;compared&gt;', 'two clouds &amp; no more', 'A caption.', '3 sweeps done']) {
      expect(page).toContain(text);
    }
    expect(page).not.toMatch(/(src|href)="(?!#)/);
  });

  it('is rebuilt from its results alone', async () => {
    const page = readFileSync(at('out/report.html'), 'utf8');
    for (const made of ['figures', 'report.html', 'results.jsonl', 'summary.md'])
      rmSync(at(`out/${made}`), { recursive: true });
    const { code, stdout } = await cli(['report', at('out')]);
    expect(code).toBe(0);
    expect(stdout).toContain(join(at('out'), 'report.html'));
    // Not by toBe: the message would show both pages.
    expect(readFileSync(at('out/report.html'), 'utf8') === page).toBe(true);
  });

  it('goes on where it stopped: makes what is missing, cut short or of other settings, and nothing else', async () => {
    const times = (): number[] => runFiles.map((file) => statSync(at(`out/runs/${file}`)).mtimeMs);
    const before = times();
    const again = await run(at);
    expect(times()).toEqual(before);
    expect(again.stdout).toContain('| gamma 1');

    const whole = readFileSync(at('out/runs/gamma-1/seed-2.jsonl'), 'utf8');
    truncateSync(at('out/runs/gamma-1/seed-2.jsonl'), whole.length - 40);
    rmSync(at('out/runs/gamma-found/seed-1.jsonl'));
    const { stderr } = await run(at);
    expect(stderr.match(/^\[\d\/4\] .*seed \d/gm)).toEqual(['[2/4] gamma found, seed 1', '[3/4] gamma 1, seed 2']);
    expect(jsonLines(at('out/runs/gamma-1/seed-2.jsonl')).at(-1)).toHaveProperty('end');

    await run(at, '--set', 'stop.sweeps=2', '--only', 'gamma 1', '--seeds', '1');
    expect(jsonLines(at('out/runs/gamma-1/seed-1.jsonl'))).toHaveLength(4);
    expect(jsonLines(at('out/runs/gamma-1/seed-2.jsonl'))).toHaveLength(5);
  });

  it('can be interrupted, says how to go on, and does', async () => {
    const at = place();
    const words = ['experiment', at('two.mjs'), '--out', at('out'), '--data', at('.')];
    const { code, stderr } = await cli(words, { interruptAt: '[2/4]', isTTY: true });
    expect(code).toBe(130);
    expect(stderr).toContain('interrupted: the same command goes on from here.');
    expect(existsSync(at('out/report.html'))).toBe(true);
    expect((await run(at)).code).toBe(0);
    expect(jsonLines(at('out/results.jsonl'))).toHaveLength(4);
  });

  it('takes a run that fails numerically for a result, and goes on', async () => {
    const text = experiment('', `'hopeless': { scheme: { name: 'wild' } },`).replace(
      'seeds: 2,',
      'seeds: 1, plugins: [new URL("wild.mjs", import.meta.url).href],',
    );
    const wild = `
import { ContainerModule } from '${pathToFileURL(resolve('node_modules/inversify/lib/index.js')).href}';
import { z } from '${pathToFileURL(resolve('node_modules/zod/index.js')).href}';
const start = () => ({ sweep: () => ({ outcome: 'singular', detail: 'nothing to factor' }) });
export const module = new ContainerModule(({ bind }) => {
  bind(Symbol.for('nograd/Scheme')).toConstantValue({ name: 'wild', options: z.strictObject({}), start });
});`;
    const at = folderOf({ 'two.mjs': text, 'wild.mjs': wild, ...files });
    const { code, stdout, stderr } = await run(at);
    expect(stderr).toContain('singular: sweep 1, nothing to factor');
    expect(stdout).toMatch(/\| hopeless +\| none of 1/);
    expect(code).toBe(0);
  });

  it.each<[string, string, string]>([
    [
      'a measurement that there is not',
      experiment().replace("bars('test accuracy')", "bars('test acuracy')"),
      'Did you mean "test accuracy"?',
    ],
    [
      'an option that there is not',
      experiment().replace('gamma: 1 }, f', 'gama: 1 }, f'),
      'variant "gamma 1": scheme "taylor": unknown key "gama". Did you mean "gamma"?',
    ],
    ['data that is not there', experiment().replace("file('test.csv')", "'tset.csv'"), 'tset.csv'],
    ['no experiment at all', 'export const two = 2;', 'exports no experiment'],
    [
      'two of them',
      `${experiment()}\nexport const other = two.define.length ? { ...two } : two;`,
      'exports 2 experiments',
    ],
    ['names that make one file', experiment('', `'gamma  1': {},`), 'Two of the experiment\'s variants have "gamma-1"'],
  ])('refuses %s in one line', async (_, text, message) => {
    const { code, stderr } = await run(place(text));
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/^nograd: /);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });

  it('refuses names that it does not know', async () => {
    expect((await cli(['experiment', 'saturaton'])).stderr).toContain('Did you mean "saturation"?');
    expect((await run(place(), '--only', 'gama 1')).stderr).toContain('Did you mean "gamma 1"?');
    expect((await cli(['report', place()('.')])).stderr).toContain('there is no experiment.json');
  });

  it('gives its options in the configuration of every run', async () => {
    const at = place();
    await run(at, '--seeds', '1', '--set', 'stop.sweeps=1', '--only', 'gamma 1');
    const [first] = jsonLines(at('out/runs/gamma-1/seed-1.jsonl'));
    expect(first!['run']).toMatchObject({ configuration: { stop: { sweeps: 1 }, workers: 1, scheme: { gamma: 1 } } });
    expect(json(at('out/experiment.json'))['command']).toContain("--seeds 1 --only 'gamma 1' --set stop.sweeps=1");
  });
});
