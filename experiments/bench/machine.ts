import { cpus, totalmem } from 'node:os';
import { availableWorkers } from '../../extensions/threads/index.ts';
import { describeBlas } from '../../extensions/openblas/index.ts';

/** Where and when numbers were measured. */
export interface Machine {
  /** Model of the processor. */
  readonly processor: string;
  /** Processors that this process may use. */
  readonly cores: number;
  /** Memory in 2^30 bytes. */
  readonly gibibytes: number;
  /** Version of Node. */
  readonly node: string;
  /** The BLAS with its version and the kernels it chose, or why there is none. */
  readonly blas: string;
  /** Versions of the Python, numpy and torch found, where there are any. */
  readonly python?: string;
  /** Day of the run. */
  readonly date: string;
}

function blas(): string {
  const found = describeBlas();
  if (typeof found === 'string') return 'none';
  const { version = found.library, core } = found;
  return core === undefined ? version : `${version} (${core})`;
}

/** This machine, today. */
export const thisMachine = (python: string | undefined): Machine => ({
  processor: cpus()[0]?.model.trim() ?? 'unknown',
  cores: availableWorkers(),
  gibibytes: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  blas: blas(),
  ...(python === undefined ? {} : { python }),
  date: new Date().toISOString().slice(0, 10),
});
