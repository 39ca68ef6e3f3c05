import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, cpus, freemem, release, totalmem, type } from 'node:os';
import type { LinearAlgebraBackend } from '../../../core/linear-algebra.ts';
import { resolveLinearAlgebra } from '../../../core/resolve.ts';
import type { NamedData } from '../../data/index.ts';
import { describeBlas, type BlasDescription } from '../../openblas/index.ts';
import { availableWorkers } from '../../threads/index.ts';
import { bestBuild } from '../../wasm/index.ts';
import { compose } from '../composition.ts';
import { versions } from '../versions.ts';
import type { Diagnosis, KnownData, MachineDescription, MeasuredBackend, Memory, NodeVersion } from './diagnosis.ts';
import type { Found } from './found.ts';
import { memoryLimit } from './memory-limit.ts';
import { measureRates } from './rates.ts';

const { engines } = createRequire(import.meta.url)('nograd/package.json') as {
  readonly engines: { readonly node: string };
};

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * Whether a version is in a range.
 *
 * @param version - Such as `20.19.1`.
 * @param needed - Of the form `>=20.19`.
 */
export function supports(version: string, needed: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = needed.replace('>=', '').split('.').map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

function node(): NodeVersion {
  const { node: version } = versions;
  return { version, needed: engines.node, supported: supports(version, engines.node) };
}

function machine(): MachineDescription {
  const all = cpus();
  return {
    system: `${type()} ${release()} ${arch()}`,
    processor: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    usableCores: availableWorkers(),
  };
}

function memory(): Memory {
  const total = totalmem();
  return { total, free: freemem(), limit: memoryLimit(total, read) ?? null };
}

function blas(): Found<BlasDescription> {
  const found = describeBlas();
  return typeof found === 'string' ? { available: false, remedy: found } : { available: true, ...found };
}

/** Opens the data, which takes a fraction of a second and tells more than that its files exist. */
export async function knownData(data: NamedData): Promise<KnownData> {
  const { name } = data;
  try {
    const { rows, cols } = await data.open();
    return { name, available: true, samples: rows, features: cols };
  } catch (thrown) {
    return { name, available: false, remedy: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

function measured(backend: LinearAlgebraBackend): MeasuredBackend {
  const { name, preference } = backend;
  const loaded = backend.load();
  if (typeof loaded === 'string') return { name, preference, available: false, remedy: loaded };
  return { name, preference, available: true, ...measureRates(loaded) };
}

/** Looks at this machine and measures what is on it, for a few seconds. What is absent is reported, never thrown. */
export async function examine(): Promise<Diagnosis> {
  const { catalogue, data } = compose();
  const build = bestBuild();
  const known: KnownData[] = [];
  const here = { machine: machine(), memory: memory() };
  for (const entry of data.named) known.push(await knownData(entry));
  return {
    nograd: versions.nograd,
    ...here,
    node: node(),
    sharedArrayBuffer: typeof SharedArrayBuffer === 'function',
    wasm: { simd: build !== undefined, relaxedSimd: build === 'relaxed-simd' },
    blas: blas(),
    data: known,
    linearAlgebra: [...catalogue.linearAlgebras.all].sort((a, b) => b.preference - a.preference).map(measured),
    auto: { linearAlgebra: resolveLinearAlgebra('auto', catalogue).name, workers: here.machine.usableCores },
  };
}
