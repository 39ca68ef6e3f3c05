import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { accuracyCaseName, type AccuracyCase } from '../../../experiments/bench/accuracy-plan.ts';
import { bench } from '../../../experiments/bench/bench.ts';
import { interleave, settled, withContenders, type Contender } from '../../../experiments/bench/contender.ts';
import { replaceSection } from '../../../experiments/bench/document.ts';
import { median, medianRatio } from '../../../experiments/bench/median.ts';
import { fullPlan, type Plan } from '../../../experiments/bench/plan.ts';
import { findPython } from '../../../experiments/reference/python.ts';
import type { Results } from '../../../experiments/bench/results.ts';
import { attained, benchmarks, type Benchmark, type Row } from '../../../experiments/bench/row.ts';
import { targetsOf, verdict } from '../../../experiments/bench/targets.ts';
import { availableLinearAlgebras, productLinearAlgebras } from '../../../experiments/bench/backends.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const { path: folder, write } = temporaryFolder();

/** Points of so many classes, side by side, each in a unit square of its own. */
const squares = (classes: number, samples: number): string =>
  Array.from({ length: samples }, (_, i) => {
    const [u, v] = [(0.754877 * i) % 1, (0.56984 * i) % 1];
    return `${2 * (i % classes) + u},${v},${i % classes}\n`;
  }).join('');

const accuracyLimits = { seconds: 20, epochs: 3, sweeps: 4, iterations: 3 };

const two: AccuracyCase = {
  name: 'two squares',
  train: write('two.csv', squares(2, 900)),
  test: 100,
  standardise: true,
  samples: 700,
  sizes: [2, 8, 1],
  target: 0.9,
};

/** More than can be reached: of the samples to test on, two are the same but for their labels. */
const three: AccuracyCase = {
  name: 'three squares',
  train: write('three.csv', squares(3, 600)),
  test: write('three-test.csv', `${squares(3, 90)}0.5,0.5,0\n0.5,0.5,1\n`),
  standardise: true,
  sizes: [2, 8, 3],
  target: 1,
};

const absent: AccuracyCase = { ...two, name: 'absent', train: join(folder, 'absent.csv') };

const tiny: Plan = {
  networks: [{ sizes: [28, 300, 1], samples: 2000, fewSamples: 800 }],
  growth: [{ name: 'samples', cases: [400, 800].map((samples) => ({ sizes: [28, 30, 1], samples })) }],
  accuracy: { cases: [two, three, absent], limits: accuracyLimits, rounds: 1 },
  convolutions: [{ side: 12, samples: 300, layers: [{ filters: 2, kernel: 3, pool: 2 }] }],
  convolutionRounds: { warm: 0, counted: 1 },
  ranks: { sizes: [28, 20, 1], samples: 2000, sweeps: { warm: 0, counted: 1 }, rounds: 1 },
  recurrences: [{ steps: 3, features: 2, units: 8, samples: 600 }],
  recurrentRounds: { warm: 0, counted: 1 },
  sweeps: { warm: 1, counted: 2 },
  references: { warm: 0, counted: 2 },
  growthRounds: { warm: 0, counted: 1 },
  kernels: { warm: 0, counted: 1 },
  kernelSeconds: 1e-5,
  sgemmSize: 32,
};

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
}, 300_000);

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
    expect(rows.filter(({ nanosecondsPerElement }) => nanosecondsPerElement !== undefined)).toHaveLength(26);
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

  it('trains by every method that it can run until the target is reached, and leaves out data that is not there', () => {
    const rows = rowsOf('accuracy').filter(({ case: name }) => !name.startsWith('sgemm'));
    const [fastest] = productLinearAlgebras();
    const expected = [
      ...productLinearAlgebras().map((backend) => `nested, ${backend}`),
      `nested, chunk 500, ${fastest}`,
      ...(findPython('torch') === undefined ? [] : ['torch Adam', 'torch SGD', 'torch L-BFGS']),
    ];
    const own = (name: string) => rows.filter((row) => row.case === name);
    expect(own('two squares 2-8-1 to 90 %').map(({ backend }) => backend)).toEqual(expected);
    expect(own('three squares 2-8-3 to 100 %').map(({ backend }) => backend)).toEqual(expected);
    expect(rows).toHaveLength(2 * expected.length);
    expect(rows.map(({ samples }) => samples)).toEqual(expected.map(() => 700).concat(expected.map(() => 600)));
    expect(said.find((line) => line.includes('left out: '))).toContain('absent.csv');
  });

  it('holds the time to an accuracy against torch where a method got there, and says where not', () => {
    const torch = findPython('torch') !== undefined;
    for (const { case: name, backend, accuracy, target, ratios, passes } of rowsOf('accuracy').filter(attained)) {
      expect(name).toBe(accuracyCaseName(two));
      expect(accuracy).toBeGreaterThanOrEqual(target!);
      expect(passes).toBeGreaterThan(0);
      if (torch && backend !== 'torch Adam') expect(ratios!['torch Adam']).toBeGreaterThan(0);
    }
    for (const { backend, accuracy, passes, ratios } of rowsOf('accuracy').filter((row) =>
      row.case.startsWith('three'),
    )) {
      const { epochs, sweeps, iterations } = accuracyLimits;
      const most = backend.includes('L-BFGS') ? iterations : /chunk|torch/.test(backend) ? epochs : sweeps;
      expect([passes, ratios]).toEqual([most, undefined]);
      expect(accuracy).toBeLessThan(1);
    }
    expect(sectionOf('accuracy').match(/not reached in/g)!.length).toBeGreaterThanOrEqual(3);
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
    const { networks, accuracy } = fullPlan;
    const cases = [...networks.map(({ sizes }) => sizes.join('-')), ...accuracy.cases.map(accuracyCaseName)];
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

describe('the targets of the time to an accuracy', () => {
  const name = accuracyCaseName(fullPlan.accuracy.cases[0]!);
  const row = (backend: string, ratio?: number): Row => ({
    benchmark: 'accuracy',
    case: name,
    backend,
    workers: 1,
    seconds: 1,
    ...(ratio !== undefined && { ratios: { 'torch Adam': ratio } }),
  });
  const targetOf = (...rows: Row[]) => targetsOf(rows).find(({ what }) => what.endsWith(name))!;

  it.each([
    [3, 'goal met'],
    [1.5, 'floor met'],
    [0.5, 'missed'],
    [undefined, 'missed'],
  ])('are the time of Adam, and that of SGD: %s times as fast is %s', (ratio, expected) => {
    const rows = [row('torch Adam'), row('torch SGD', 2), row('nested, wasm', 9)];
    const target = targetOf(...rows, row('nested, openblas', 0.1), row('nested, chunk 500, openblas', ratio));
    expect(target).toMatchObject({ floor: 1, goal: 2 });
    expect(verdict(target)).toBe(expected);
  });

  it('ask for the time of Adam where SGD did not get there or took longer', () => {
    expect(targetOf(row('torch SGD')).goal).toBe(1);
    expect(targetOf(row('torch SGD', 0.5)).goal).toBe(1);
  });

  it('are not measured without torch', () => {
    expect(verdict(targetOf(row('nested, openblas')))).toBe('not measured');
  });
});

describe('a section of a document', () => {
  it('must be there to be replaced', () => {
    expect(() => replaceSection('no marks', 'kernels', '')).toThrow('no place for "kernels"');
  });
});
