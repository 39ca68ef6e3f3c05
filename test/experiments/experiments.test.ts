import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { findPython } from '../../experiments/reference/python.ts';
import { folderOf, json, jsonLines, start } from '../extensions/cli/support/cli.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A table as large as the sample of Higgs events, of numbers that say something of the label. */
function events(): Buffer {
  const row = (index: number): string => {
    const label = index % 2;
    const features = Array.from(
      { length: 28 },
      (_, j) => ((index * 7919 + j * 104729) % 1000) / 500 + (j === 0 ? label : 0),
    );
    return [label, ...features.map((value) => value.toFixed(2))].join(',');
  };
  const names = ['label', ...Array.from({ length: 28 }, (_, j) => `x${j}`)].join(',');
  return gzipSync([names, ...Array.from({ length: 52_598 }, (_, index) => row(index))].join('\n'), { level: 1 });
}

const python = findPython('torch') === undefined ? [] : ['torch Adam, 2 threads'];

/** Some variants of each: a scheme, a baseline with a search, another library where it is there. */
const some: Readonly<Record<string, readonly string[]>> = {
  ablation: ['taylor', 'taylor, growing penalties', 'taylor-feasible, forward', 'nested, orthogonal start'],
  depth: ['nested, layers 2', 'L-BFGS, layers 10'],
  'fashion-mnist': ['nested, 1 thread', 'CG, 2 threads'],
  higgs: ['taylor, bias', 'SGD'],
  mnist: ['nested in chunks, 1 thread', 'Adam, 1 thread', 'Adam, 2 threads', ...python],
  penalties: ['gamma 0.01, beta 0.01', 'gamma 0.01, beta 100', 'gamma 100, beta 0.01'],
  saturation: ['nested, sign', 'Adam, hard-tanh'],
  scaling: ['taylor, strong, 2 threads', 'nested, weak, 1 thread'],
  'streaming-stability': ['mnist, squared', 'mnist, hinge'],
  svhn: ['taylor as printed', 'L-BFGS'],
};

const needsFashion = 'needs the Debian package dataset-fashion-mnist';
const absent = (name: string): boolean => name === 'fashion-mnist' && !hasFashion();

function hasFashion(): boolean {
  try {
    return readdirSync('/usr/share/datasets/fashion-mnist').length > 0;
  } catch {
    return false;
  }
}

describe('the experiments that come with nograd', () => {
  it('are all tried here', () => {
    const files = readdirSync('experiments').filter((file) => file.endsWith('.ts'));
    expect(Object.keys(some)).toEqual(expect.arrayContaining(files.map((file) => file.replace('.ts', ''))));
  });

  for (const [name, variants] of Object.entries(some)) {
    const title = absent(name) ? `${name} (${needsFashion})` : name;
    it.skipIf(absent(name))(
      `run from end to end, leave their files, and go on where they stopped: ${title}`,
      async () => {
        const { path, write } = temporaryFolder();
        if (name === 'higgs') write('higgs-train.csv.gz', events());
        const at = (file: string): string => `${path}/${file}`;
        const settings = ['--set', 'data.limit=300', 'stop.sweeps=2', '--seeds', '1', '--data', '.', '--out', 'out'];
        const words = ['experiment', name, '--only', ...variants, ...settings];
        const first = await start(words, path).printed;
        expect(first.code, first.stderr).toBe(0);

        const { figures, substitute } = json(at('out/experiment.json')) as { figures: object; substitute?: string };
        const runs = jsonLines(at('out/results.jsonl'));
        expect(runs.map(({ variant }) => variant).sort()).toEqual([...variants].sort());
        const drawn = readdirSync(at('out/figures'));
        for (const [ending, begin] of Object.entries({ svg: '<svg', png: '\u0089PNG', 'vl.json': '{' })) {
          const files = drawn.filter((file) => file.endsWith(`.${ending}`));
          expect(files).toHaveLength(Object.keys(figures).length);
          for (const file of files) expect(readFileSync(at(`out/figures/${file}`), 'latin1')).toContain(begin);
        }
        const page = readFileSync(at('out/report.html'), 'utf8');
        for (const variant of variants) expect(page).toContain(variant);
        if (name === 'svhn' || name === 'higgs') {
          expect(first.stderr).toContain(`the data is a substitute: ${substitute!}`);
          expect(page).toContain('Not the data that this is about');
        }

        const again = await start(words, path).printed;
        expect(again.code).toBe(0);
        expect(again.stderr).not.toMatch(/^\[/m);
        expect(again.stdout).toBe(first.stdout);
      },
    );
  }
});

describe('the data that an experiment looks for', () => {
  it('is told of where it is absent', async () => {
    const { code, stderr } = await start(['experiment', 'higgs'], folderOf({})('.')).printed;
    expect(stderr).toMatch(/^nograd: Neither HIGGS.csv.gz .* is in a folder of --data\.\n$/);
    expect(code).toBe(2);
  });

  it('is held to the size of the published files', async () => {
    const at = folderOf({ 'extra_32x32.mat': 'short', 'test_32x32.mat': 'short' });
    const { code, stderr } = await start(['experiment', 'svhn', '--only', 'nested', '--data', '.'], at('.')).printed;
    expect(stderr).toContain('has 5 bytes, the published file has 1329278602: download it again.');
    expect(code).toBe(2);
  });
});
