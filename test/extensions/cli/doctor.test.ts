import { afterEach, describe, expect, it, vi } from 'vitest';
import { UserError } from '../../../core/errors.ts';
import type { Diagnosis, MeasuredBackend } from '../../../extensions/cli/doctor/diagnosis.ts';
import { describeDiagnosis } from '../../../extensions/cli/doctor/describe.ts';
import { knownData, supports } from '../../../extensions/cli/doctor/examine.ts';
import { memoryLimit } from '../../../extensions/cli/doctor/memory-limit.ts';
import { warningsOf } from '../../../extensions/cli/doctor/warnings.ts';
import { coloursFor } from '../../../extensions/cli/io.ts';
import { availableWorkers } from '../../../extensions/threads/index.ts';
import { cli } from './support/cli.ts';

const gibibyte = 2 ** 30;

const rated = (name: string, preference: number, multiply: number): MeasuredBackend => ({
  name,
  preference,
  available: true,
  multiply,
  gram: multiply,
});

/** A machine on which everything is well, changed where a test says so. */
const diagnosis = (changes: Partial<Diagnosis> = {}): Diagnosis => ({
  nograd: '1.2.3',
  machine: { system: 'Linux 6 x64', processor: 'Abacus', cores: 8, usableCores: 2 },
  memory: { total: 16 * gibibyte, free: 8 * gibibyte, limit: 2 * gibibyte },
  node: { version: '24.1.0', needed: '>=20.19', supported: true },
  sharedArrayBuffer: true,
  wasm: { simd: true, relaxedSimd: true },
  blas: { available: true, library: 'libblas.so', lapack: 'liblapack.so', core: 'Haswell' },
  data: [{ name: 'digits', available: true, samples: 60_000, features: 784 }],
  linearAlgebra: [rated('native', 100, 90), rated('plain', 50, 3)],
  auto: { linearAlgebra: 'native', workers: 2 },
  ...changes,
});

const lines = (changes?: Partial<Diagnosis>): string[] =>
  describeDiagnosis(diagnosis(changes), coloursFor({ write: () => undefined }, {}));

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('nograd doctor', () => {
  it('prints one object that holds all findings, with --json', async () => {
    const { code, stdout, stderr } = await cli(['doctor', '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const found = JSON.parse(stdout) as Diagnosis & { readonly warnings: unknown };
    expect(Object.keys(found)).toEqual([...Object.keys(diagnosis()), 'warnings']);
    expect(found.machine.usableCores).toBe(availableWorkers());
    expect(found.memory.total).toBeGreaterThanOrEqual(found.memory.free);
    expect(found.node).toMatchObject({ version: process.versions.node, supported: true });
    expect(found.data.map(({ name }) => name)).toContain('mnist');
    for (const backend of found.linearAlgebra) {
      if (backend.available) expect(Math.min(backend.multiply, backend.gram)).toBeGreaterThan(0);
      else expect(backend.remedy).not.toBe('');
    }
    const there = found.linearAlgebra.filter(({ available }) => available);
    expect(found.auto.linearAlgebra).toBe(there[0]?.name);
    expect(found.warnings).toEqual(warningsOf(found));
  });

  it('tells people how to get what is absent', async () => {
    vi.resetModules();
    vi.stubEnv('NOGRAD_BLAS', '/nowhere/libblas.so');
    vi.spyOn(WebAssembly, 'validate').mockReturnValue(false);
    const fresh = await import('../../../extensions/cli/run-cli.ts');
    let stdout = '';
    const write = (text: string): unknown => (stdout += text);
    const io = { stdout: { write }, stderr: { write }, env: {}, interruption: () => new AbortController().signal };
    expect(await fresh.runCli(['doctor'], io)).toBe(0);
    expect(stdout.match(/^\S.*$/gm)!.map((title) => title.split(':')[0])).toEqual([
      'machine',
      'software',
      'data',
      'linear algebra',
      'what auto stands for',
    ]);
    expect(stdout).toMatch(/^ {2}BLAS +(NOGRAD_BLAS names|No BLAS)/m);
    expect(stdout).toMatch(/^ {2}WebAssembly SIMD +no: /m);
    expect(stdout).toMatch(/^ {2}wasm +This runtime has no WebAssembly SIMD/m);
    expect(stdout).toMatch(/^ {2}typed-arrays +product +[\d.]+ {2}Gram +[\d.]+$/m);
    expect(stdout).toMatch(/^ {2}linearAlgebra +typed-arrays$/m);
  });

  it.each([[['doctor', 'extra']], [['doctor', '--jsno']]])('refuses %j', async (argv) => {
    const { code, stdout, stderr } = await cli(argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^nograd: .*\n$/);
  });
});

describe('the report of a diagnosis', () => {
  it('aligns what is known beside the names', () => {
    const rows = lines().filter((text) => text.startsWith('  '));
    const columns = rows.map((text) => /^ {2}.*? {2,}/.exec(text)?.[0].length);
    expect(new Set(columns).size).toBe(1);
    expect(rows.map((text) => text.trim().replace(/ {2,}/g, ' | '))).toEqual([
      'system | Linux 6 x64',
      'processor | Abacus',
      'cores | 8, of which this process may use 2',
      'memory | 16.0 GiB, 8.0 GiB free, limited to 2.0 GiB',
      'nograd | 1.2.3',
      'Node | 24.1.0, supported (>=20.19)',
      'SharedArrayBuffer | yes',
      'WebAssembly SIMD | yes',
      'relaxed SIMD | yes',
      'BLAS | libblas.so, version unknown, LAPACK liblapack.so, core Haswell',
      'digits | 60,000 samples of 784 features',
      'native | product | 90.0 | Gram | 90.0',
      'plain | product | 3.0 | Gram | 3.0',
      'linearAlgebra | native',
      'workers | up to 2: fewer where there are few samples',
    ]);
  });

  it('says where a container sets no limit', () => {
    const memory = { total: gibibyte, free: gibibyte / 2, limit: null };
    expect(lines({ memory })).toContainEqual(expect.stringMatching(/1\.0 GiB, 0\.5 GiB free, no limit$/));
  });

  it('marks on a terminal what is absent', () => {
    const data: Diagnosis['data'] = [{ name: 'digits', available: false, remedy: 'Get it.' }];
    const colours = coloursFor({ isTTY: true, write: () => undefined }, {});
    expect(describeDiagnosis(diagnosis({ data }), colours)).toContainEqual(
      expect.stringContaining(colours.yellow('Get it.')),
    );
  });
});

describe('the warnings of a diagnosis', () => {
  it('are none where all is well', () => {
    expect(warningsOf(diagnosis())).toEqual([]);
  });

  it('name the faster linear algebra where auto takes a slow one', () => {
    const linearAlgebra = [rated('native', 100, 2), rated('middling', 50, 20), rated('fast', 40, 30.04)];
    expect(warningsOf(diagnosis({ linearAlgebra }))).toEqual([
      'auto takes native (2.0 GFLOP/s), but fast (30.0 GFLOP/s) is faster: set linearAlgebra: fast',
    ]);
  });

  it('are none for a difference that may be chance, or for what is absent', () => {
    const absent: MeasuredBackend = { name: 'gone', preference: 200, available: false, remedy: 'Get it.' };
    const linearAlgebra = [absent, rated('native', 100, 30), rated('fast', 50, 33)];
    expect(warningsOf(diagnosis({ linearAlgebra }))).toEqual([]);
  });

  it('name the kernels to set where OpenBLAS does not know the processor', () => {
    const blas = { available: true, library: 'libopenblas.so.0', core: 'Prescott' } as const;
    expect(warningsOf(diagnosis({ blas }))).toEqual([expect.stringMatching(/Prescott.*OPENBLAS_CORETYPE=HASWELL/)]);
  });

  it('name the Node that is needed', () => {
    const node = { version: '18.0.0', needed: '>=20.19', supported: false };
    expect(warningsOf(diagnosis({ node }))).toEqual(['Node 18.0.0 is not supported: use one that is >=20.19']);
  });
});

describe('known data', () => {
  it('is reported absent with the remedy that opening it tells', async () => {
    const open = () => Promise.reject(new UserError('To get it: buy it'));
    expect(await knownData({ name: 'gold', description: '', open })).toEqual({
      name: 'gold',
      available: false,
      remedy: 'To get it: buy it',
    });
  });
});

describe('the versions of Node', () => {
  it.each([
    ['20.19.0', true],
    ['20.20.2', true],
    ['24.0.0', true],
    ['20.18.9', false],
    ['18.20.0', false],
  ])('support of %s is %s', (version, supported) => {
    expect(supports(version, '>=20.19')).toBe(supported);
  });
});

describe('the memory limit', () => {
  const group = '/sys/fs/cgroup';

  it.each<[string, number | undefined, Record<string, string>]>([
    ['no control groups', undefined, {}],
    ['no limit, version 2', undefined, { '/proc/self/cgroup': '0::/\n', [`${group}/memory.max`]: 'max\n' }],
    ['two GiB, version 2', 2 * gibibyte, { '/proc/self/cgroup': '0::/\n', [`${group}/memory.max`]: '2147483648\n' }],
    ['more than there is', undefined, { '/proc/self/cgroup': '0::/\n', [`${group}/memory.max`]: '99999999999999\n' }],
    [
      'the tightest of all groups above',
      gibibyte,
      {
        '/proc/self/cgroup': '0::/user.slice/job.scope\n',
        [`${group}/user.slice/job.scope/memory.max`]: '2147483648\n',
        [`${group}/user.slice/memory.max`]: '1073741824\n',
        [`${group}/memory.max`]: 'max\n',
      },
    ],
    [
      'one GiB, version 1',
      gibibyte,
      {
        '/proc/self/cgroup': '12:memory:/docker/f00\n4:cpu,cpuacct:/docker/f00\n0::/\n',
        [`${group}/memory/memory.limit_in_bytes`]: '1073741824\n',
        [`${group}/cpu,cpuacct/memory.limit_in_bytes`]: '1024\n',
      },
    ],
    [
      'no limit, version 1',
      undefined,
      { '/proc/self/cgroup': '4:memory:/\n', [`${group}/memory/memory.limit_in_bytes`]: '9223372036854771712\n' },
    ],
    ['files that make no sense', undefined, { '/proc/self/cgroup': 'what\n0::/\n', [`${group}/memory.max`]: '\n' }],
  ])('is right for %s', (_, limit, files) => {
    expect(memoryLimit(16 * gibibyte, (path) => files[path])).toBe(limit);
  });
});
