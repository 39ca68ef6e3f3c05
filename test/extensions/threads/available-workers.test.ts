import { describe, expect, it } from 'vitest';
import { availableWorkers } from '../../../extensions/threads/index.ts';

const group = '/sys/fs/cgroup';

/** A machine of eight processors with these files. */
const machine = (files: Readonly<Record<string, string>>, processors = 8) => ({
  processors,
  read: (path: string): string | undefined => files[path],
});

describe('available workers', () => {
  it.each<[string, number, Record<string, string>]>([
    ['no control groups', 8, {}],
    ['no limit, version 2', 8, { '/proc/self/cgroup': '0::/\n', [`${group}/cpu.max`]: 'max 100000\n' }],
    ['three processors, version 2', 3, { '/proc/self/cgroup': '0::/\n', [`${group}/cpu.max`]: '300000 100000\n' }],
    ['two and a half, version 2', 2, { '/proc/self/cgroup': '0::/\n', [`${group}/cpu.max`]: '250000 100000\n' }],
    ['a tenth of one, version 2', 1, { '/proc/self/cgroup': '0::/\n', [`${group}/cpu.max`]: '10000 100000\n' }],
    ['more than there are', 8, { '/proc/self/cgroup': '0::/\n', [`${group}/cpu.max`]: '6400000 100000\n' }],
    [
      'limits at several levels',
      2,
      {
        '/proc/self/cgroup': '0::/user.slice/job.scope\n',
        [`${group}/cpu.max`]: 'max 100000\n',
        [`${group}/user.slice/cpu.max`]: '200000 100000\n',
        [`${group}/user.slice/job.scope/cpu.max`]: '400000 100000\n',
      },
    ],
    [
      'a limit of version 1, seen from inside a container',
      4,
      {
        '/proc/self/cgroup': '12:memory:/docker/f00\n4:cpu,cpuacct:/docker/f00\n0::/\n',
        [`${group}/cpu,cpuacct/cpu.cfs_quota_us`]: '400000\n',
        [`${group}/cpu,cpuacct/cpu.cfs_period_us`]: '100000\n',
      },
    ],
    [
      'no limit of version 1',
      8,
      {
        '/proc/self/cgroup': '4:cpu:/\n',
        [`${group}/cpu/cpu.cfs_quota_us`]: '-1\n',
        [`${group}/cpu/cpu.cfs_period_us`]: '100000\n',
      },
    ],
    ['files that make no sense', 8, { '/proc/self/cgroup': 'what\n0::/\n', [`${group}/cpu.max`]: '\n' }],
  ])('with %s are %d', (_, workers, files) => {
    expect(availableWorkers(machine(files))).toBe(workers);
  });

  it('are no more than the scheduler gives, and at least one on this machine', () => {
    const files = { '/proc/self/cgroup': '0::/\n', [`${group}/cpu.max`]: '300000 100000\n' };
    expect(availableWorkers(machine(files, 2))).toBe(2);
    expect(availableWorkers()).toBeGreaterThanOrEqual(1);
  });
});
