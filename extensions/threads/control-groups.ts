import { posix } from 'node:path';
import type { Machine } from './available-workers.ts';

/** A Linux control group that limits this process. */
export interface ControlGroup {
  /** Of the cgroup interface, which says what the files in the folder are called. */
  readonly version: 1 | 2;
  /** Where its files are. */
  readonly folder: string;
}

const mount = '/sys/fs/cgroup';

/** `/a/b` and all above it, up to `/`: a limit holds for everything below. Inside a container only `/` may be there. */
function upwards(path: string): string[] {
  const parent = posix.dirname(path);
  return parent === path ? [path] : [path, ...upwards(parent)];
}

/**
 * The groups that limit what a controller gives to this process, from the lines `number:controllers:path` of
 * `/proc/self/cgroup`; none where there are no control groups.
 */
export function controlGroups(controller: 'cpu' | 'memory', { read }: Pick<Machine, 'read'>): ControlGroup[] {
  return (read('/proc/self/cgroup') ?? '').split('\n').flatMap((line): ControlGroup[] => {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line.trim()) ?? [];
    if (controllers === undefined || path === undefined) return [];
    if (controllers !== '' && !controllers.split(',').includes(controller)) return [];
    const version = controllers === '' ? 2 : 1;
    return upwards(path).map((group) => ({ version, folder: posix.join(mount, controllers, group) }));
  });
}
