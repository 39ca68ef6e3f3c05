import { arch, cpus, platform, release, totalmem } from 'node:os';
import { describeBlas } from '../../openblas/index.ts';
import type { Machine } from '../../report/index.ts';
import { availableWorkers } from '../../threads/index.ts';

function blas(): string {
  const found = describeBlas();
  if (typeof found === 'string') return 'none';
  const { version = found.library, core } = found;
  return core === undefined ? version : `${version} (${core})`;
}

/** The machine that this runs on. */
export const thisMachine = (): Machine => ({
  processor: cpus()[0]?.model.trim() ?? 'unknown',
  cores: availableWorkers(),
  gibibytes: Math.round(totalmem() / 2 ** 30),
  system: `${platform()} ${release()} ${arch()}`,
  blas: blas(),
});
