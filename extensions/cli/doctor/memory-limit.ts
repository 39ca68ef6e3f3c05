import { posix } from 'node:path';
import { controlGroups, type ControlGroup, type Machine } from '../../threads/index.ts';

const limitFile = { 1: 'memory.limit_in_bytes', 2: 'memory.max' } as const;

const fileOf = ({ version, folder }: ControlGroup): string => posix.join(folder, limitFile[version]);

/**
 * Bytes that the control groups of this process (Linux: cgroup versions 1 and 2, as set by containers) let it use;
 * `undefined` where they set no limit below the memory that there is.
 *
 * @param total - Memory of the machine, in bytes. Version 1 says "no limit" by a number far above it.
 * @param read - Text of a file, or `undefined` where it cannot be read.
 */
export function memoryLimit(total: number, read: Machine['read']): number | undefined {
  const files = controlGroups('memory', { read }).map(fileOf);
  const limits = files.map((file) => Number(read(file))).filter((limit) => limit > 0 && limit < total);
  return limits.length === 0 ? undefined : Math.min(...limits);
}
