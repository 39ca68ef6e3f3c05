import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bench } from '../../../experiments/bench/bench.ts';
import { interleave, settled, withContenders, type Contender } from '../../../experiments/bench/contender.ts';
import { replaceSection } from '../../../experiments/bench/document.ts';
import { median, medianRatio } from '../../../experiments/bench/median.ts';
import { fullPlan, type Plan } from '../../../experiments/bench/plan.ts';
import { findPython } from '../../../experiments/bench/python.ts';
import type { Results } from '../../../experiments/bench/results.ts';
import { benchmarks, type Benchmark, type Row } from '../../../experiments/bench/row.ts';
import { targetsOf, verdict } from '../../../experiments/bench/targets.ts';
import { availableLinearAlgebras, productLinearAlgebras } from '../../../experiments/bench/backends.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const tiny: Plan = {
  networks: [{ sizes: [28, 300, 1], samples: 2000, fewSamples: 800 }],
  growth: [{ name: 'samples', cases: [400, 800].map((samples) => ({ sizes: [28, 30, 1], samples })) }],
  sweeps: { warm: 1, counted: 2 },
  references: { warm: 0, counted: 2 },
  growthRounds: { warm: 0, counted: 1 },
  kernels: { warm: 0, counted: 1 },
  kernelSeconds: 1e-5,
  sgemmSize: 32,
};

const { path: folder, write } = temporaryFolder();
const files = { results: join(folder, 'bench-results.json'), document: join(folder, 'performance.md') };
const said: string[] = [];
let results: Results;
let text: string;

const rowsOf = (benchmark: Benchmark): readonly Row[] => results.rows.filter((row) => row.benchmark === benchmark);
const sectionOf = (name: string): string => text.slice(text.indexOf(`${name}:begin`), text.indexOf(`${name}:end`));

beforeAll(async () => {
  const places = [...benchmarks, 'targets'].map((name) => `<!-- ${name}:begin -->\nold\n<!-- ${name}:end -->\n`);
  write('performance.md', `# Title\n\n${places.join('\nprose\n\n')}`);
  await bench(benchmarks, tiny, files, (line) => said.push(line));
  results = JSON.parse(readFileSync(files.results, 'utf8')) as Results;
  text = readFileSync(files.document, 'utf8');
}, 120_000);

describe('the benchmark', () => {
  it.each(benchmarks)('writes rows of %s with a case, a backend, workers and a time', (benchmark) => {
    expect(rowsOf(benchmark).length).toBeGreaterThan(1);
    for (const row of rowsOf(benchmark)) {
      expect([row.case, row.backend].map((text) => text.length > 0)).toEqual([true, true]);
      expect(row.workers).toBeGreaterThanOrEqual(1);
      expect(row.seconds).toBeGreaterThan(0);
    }
    expect(results.machines[benchmark]).toMatchObject({ node: process.version });
  });

  it('says in every row what was reached beside the time', () => {
    for (const row of results.rows.filter(({ case: name }) => !name.startsWith('sgemm'))) {
      expect(row.accuracy ?? row.difference).toBeTypeOf('number');
    }
  });

  it('compares the products of all linear algebras, and the element-wise kernels', () => {
    const rows = rowsOf('kernels');
    for (const { name } of availableLinearAlgebras()) {
      const own = rows.filter(
        ({ backend, nanosecondsPerElement }) => backend === name && nanosecondsPerElement === undefined,
      );
      expect(own.filter(({ case: kernel }) => !kernel.startsWith('sgemm'))).toHaveLength(6);
      for (const { gflops } of own) expect(gflops).toBeGreaterThan(0);
    }
    expect(rows.filter(({ nanosecondsPerElement }) => nanosecondsPerElement !== undefined)).toHaveLength(14);
  });

  it('sweeps with every fast linear algebra on one worker and on two, and reaches the same objective', () => {
    const full = rowsOf('sweeps').filter(({ samples }) => samples === 2000);
    const expected = productLinearAlgebras().flatMap((backend) => [1, 2].map((workers) => ({ backend, workers })));
    expect(full.map(({ backend, workers }) => ({ backend, workers }))).toEqual(expected);
    for (const row of full) {
      expect(row.objective! / full[0]!.objective!).toBeCloseTo(1, 4);
      expect(row.megabytesPerWorker).toBeGreaterThan(0);
      expect(row.phases!.gather).toBeGreaterThan(0);
      if (row.workers === 2) expect(row.ratios!['one worker']).toBeGreaterThan(0);
    }
  });

  it('gives the references the weights of nograd, where they can be run', () => {
    const rows = rowsOf('references').filter(({ case: name }) => !name.startsWith('sgemm'));
    const packages = ['numpy', 'torch'].filter((name) => findPython(name) !== undefined);
    const references = packages.flatMap((name) => [name, `${name}, our shortcuts`]);
    expect(rows.map(({ backend }) => backend)).toEqual([...productLinearAlgebras(), ...references]);
    for (const name of references) expect(rows[0]!.ratios![name]).toBeGreaterThan(0);
  });

  it('counts the operations of a network that grows', () => {
    const rows = rowsOf('growth').filter(({ growth }) => growth !== undefined);
    expect(rows.map(({ growth }) => growth!.operations.toFixed(3))).toEqual(['1.000', '2.000']);
  });

  it('puts its tables between the marks of the document and leaves the rest alone', () => {
    for (const name of [...benchmarks, 'targets']) {
      expect(sectionOf(name)).toMatch(/^\| -+ \|/m);
      expect(sectionOf(name)).not.toContain('old');
    }
    expect(text.match(/^prose$/gm)).toHaveLength(benchmarks.length);
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('says what it is doing', () => {
    expect(said).toEqual(expect.arrayContaining([...benchmarks, '28-300-1, 2000 samples']));
  });

  it('knows the networks of its own targets', () => {
    const cases = fullPlan.networks.map(({ sizes }) => sizes.join('-'));
    for (const { what } of targetsOf([])) expect(cases.some((name) => what.endsWith(`: ${name}`))).toBe(true);
  });
});

describe('turns', () => {
  it('are taken one after the other, and those of the first rounds do not count', async () => {
    const order: string[] = [];
    const contender = (name: string) => ({ name, turn: () => order.push(name) });
    const turns = await interleave([contender('a'), contender('b')], { warm: 1, counted: 2 });
    expect(order.join('')).toBe('ababab');
    expect(turns).toEqual([
      [3, 5],
      [4, 6],
    ]);
  });

  it('end with everyone closed, whatever happens', async () => {
    const closed: number[] = [];
    const starts = [1, 2].map((id) => () => ({ name: '', turn: () => 0, close: () => void closed.push(id) }));
    const failing = withContenders(starts, () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    expect(closed).toEqual([1, 2]);
  });

  it('count the second time where they settle first', async () => {
    let times = 0;
    await settled<Contender<number>>({ name: '', turn: () => ++times }).turn();
    expect(times).toBe(2);
  });
});

describe('the numbers', () => {
  it('are medians, of the ratios of each round', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(medianRatio([1, 10, 100], [1, 2, 4])).toBe(5);
  });

  it.each([
    [0.9, 'goal met'],
    [0.7, 'floor met'],
    [0.5, 'missed'],
    [undefined, 'not measured'],
  ])('are held to their targets: %s is %s', (reached, expected) => {
    expect(verdict({ what: '', unit: '%', goal: 0.8, floor: 0.6, reached })).toBe(expected);
  });

  it.each([
    [50, 'goal met'],
    [100, 'floor met'],
    [200, 'missed'],
  ])('are to stay below the targets of memory: %s MB is %s', (reached, expected) => {
    expect(verdict({ what: '', unit: 'MB', goal: 64, floor: 128, reached })).toBe(expected);
  });
});

describe('a section of a document', () => {
  it('must be there to be replaced', () => {
    expect(() => replaceSection('no marks', 'kernels', '')).toThrow('no place for "kernels"');
  });
});
