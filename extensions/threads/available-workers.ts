import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { posix } from 'node:path';
import { controlGroups } from './control-groups.ts';

/** What is asked about the machine. */
export interface Machine {
  /** Processors that the scheduler may give to this process. */
  readonly processors: number;
  /** Text of a file, or `undefined` where it cannot be read. */
  readonly read: (path: string) => string | undefined;
}

const thisMachine: Machine = {
  processors: availableParallelism(),
  read(path) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return undefined;
    }
  },
};

/** Processors that a quota of microseconds per period stands for; `max` and -1 are no limit. */
function processorsOf(quota: string | undefined, period: string | undefined): number {
  const share = Number(quota) / Number(period);
  return share > 0 && Number.isFinite(share) ? share : Infinity;
}

/** `cpu.max` of version 2: quota and period in one line. */
function unifiedLimit(folder: string, { read }: Machine): number {
  const [quota, period] = (read(posix.join(folder, 'cpu.max')) ?? '').trim().split(/\s+/);
  return processorsOf(quota, period);
}

/** Version 1: a file each. */
const legacyLimit = (folder: string, { read }: Machine): number =>
  processorsOf(read(posix.join(folder, 'cpu.cfs_quota_us')), read(posix.join(folder, 'cpu.cfs_period_us')));

/** The tightest limit of the control groups of this process, in processors. */
function groupLimit(machine: Machine): number {
  const limits = controlGroups('cpu', machine).map(({ version, folder }) =>
    version === 2 ? unifiedLimit(folder, machine) : legacyLimit(folder, machine),
  );
  return Math.min(Infinity, ...limits);
}

/**
 * How many workers this process can really run side by side: the processors that it may be scheduled on, and no more than
 * what its control groups (Linux: cgroup versions 1 and 2, as set by containers) let it use. At least 1.
 *
 * @param machine - What to ask. Default: this machine.
 */
export const availableWorkers = (machine: Machine = thisMachine): number =>
  Math.max(1, Math.floor(Math.min(machine.processors, groupLimit(machine))));
