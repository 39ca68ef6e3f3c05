import { posix } from 'node:path';
import type { Machine } from '../../threads/index.ts';

const mount = '/sys/fs/cgroup';

/** `/a/b` and all above it, up to `/`: a limit holds for everything below. Inside a container only `/` may be there. */
function upwards(path: string): string[] {
  const parent = posix.dirname(path);
  return parent === path ? [path] : [path, ...upwards(parent)];
}

/** The files that may limit a control group, by its line in `/proc/self/cgroup`: `number:controllers:path`. */
function filesOf(line: string): string[] {
  const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line.trim()) ?? [];
  if (controllers === undefined || path === undefined) return [];
  if (controllers === '') return upwards(path).map((group) => posix.join(mount, group, 'memory.max'));
  if (!controllers.split(',').includes('memory')) return [];
  return upwards(path).map((group) => posix.join(mount, controllers, group, 'memory.limit_in_bytes'));
}

/**
 * Bytes that the control groups of this process (Linux: cgroup versions 1 and 2, as set by containers) let it use;
 * `undefined` where they set no limit below the memory that there is.
 *
 * @param total - Memory of the machine, in bytes. Version 1 says "no limit" by a number far above it.
 * @param read - Text of a file, or `undefined` where it cannot be read.
 */
export function memoryLimit(total: number, read: Machine['read']): number | undefined {
  const files = (read('/proc/self/cgroup') ?? '').split('\n').flatMap(filesOf);
  const limits = files.map((file) => Number(read(file))).filter((limit) => limit > 0 && limit < total);
  return limits.length === 0 ? undefined : Math.min(...limits);
}
