import { thisMachine as withoutVersions } from '../../extensions/cli/experiment/machine.ts';
import type { Machine as Hardware } from '../../extensions/report/run-log.ts';

/** Where and when numbers were measured. */
export interface Machine extends Hardware {
  /** Version of Node. */
  readonly node: string;
  /** Versions of the Python, numpy and torch found, where there are any. */
  readonly python?: string;
  /** Day of the run. */
  readonly date: string;
}

/** This machine, today. */
export const thisMachine = (python: string | undefined): Machine => ({
  ...withoutVersions(),
  node: process.version,
  ...(python === undefined ? {} : { python }),
  date: new Date().toISOString().slice(0, 10),
});
