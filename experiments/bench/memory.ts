import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** Sweeps whose memory is measured. */
export interface MemoryCase {
  /** Features, units, outputs. */
  readonly sizes: readonly number[];
  /** Samples. */
  readonly samples: number;
  /** Name of the linear algebra. */
  readonly backend: string;
  /** Worker threads. */
  readonly workers: number;
}

/** Bytes of a, z and lambda of all samples in single precision: a and z of hidden layers, z and lambda of the output. */
export const stateBytes = ({ sizes, samples }: MemoryCase): number =>
  sizes.slice(1).reduce((units, size) => units + 2 * size, 0) * samples * Float32Array.BYTES_PER_ELEMENT;

/** Compiles the measuring program, as users run built JavaScript: a compiler in every worker would be counted too. */
function compile(folder: string): void {
  const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const project = fileURLToPath(new URL('./tsconfig.memory.json', import.meta.url));
  const { status } = spawnSync(process.execPath, [compiler, '-p', project, '--outDir', folder], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`The measurement of memory does not compile: tsc ended with ${status}.`);
}

async function measure(program: string, given: MemoryCase): Promise<number> {
  const child = spawn(process.execPath, [program, JSON.stringify(given)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'close') as Promise<[number | null]>]);
  if (code !== 0) throw new Error(`The measurement of memory ended with ${code}.`);
  return Number(said) / given.workers / 1e6;
}

/**
 * Peak resident memory per worker beyond data and per-sample state, in 1e6 bytes: a process of its own makes the data,
 * notes its resident memory, trains, and asks the system for its peak; the difference less the state is shared out among the
 * workers. It holds everything else that a worker brings: its JavaScript engine, code, BLAS buffers, tiles, statistics.
 */
export async function memoryOf(cases: readonly MemoryCase[]): Promise<number[]> {
  // Inside the project, where the program finds its packages.
  const folder = fileURLToPath(new URL(`../../dist-bench-${process.pid}`, import.meta.url));
  try {
    compile(folder);
    const measured: number[] = [];
    for (const given of cases) measured.push(await measure(join(folder, 'experiments/bench/memory-program.js'), given));
    return measured;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
