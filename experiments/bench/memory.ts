import { spawn } from 'node:child_process';
import { once } from 'node:events';
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

/**
 * Peak resident memory per worker beyond data and per-sample state, in 1e6 bytes: a process of its own makes the data,
 * notes its resident memory, trains, and asks the system for its peak; the difference less the state is shared out among the
 * workers. It holds everything else that a worker brings: its JavaScript engine, code, BLAS buffers, tiles, statistics.
 */
export async function memoryOf(given: MemoryCase): Promise<number> {
  const program = fileURLToPath(new URL('./memory-program.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', program, JSON.stringify(given)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'close') as Promise<[number | null]>]);
  if (code !== 0) throw new Error(`The measurement of memory ended with ${code}.`);
  return Number(said) / given.workers / 1e6;
}
