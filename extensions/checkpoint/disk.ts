import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, writeSync } from 'node:fs';

/** What checkpoints ask of a file system. Everything throws as `node:fs` does. */
export interface Disk {
  /** Makes a folder, and those above it. */
  makeFolder(path: string): void;
  /** Names of what is in a folder; none where there is no such folder. */
  list(path: string): string[];
  /** Opens a new file to be written. */
  create(path: string): number;
  /** Appends all of the bytes. */
  write(file: number, bytes: Uint8Array): void;
  /** Returns when the file has reached the disk, and closes it. */
  finish(file: number): void;
  /** Closes a file whose bytes do not matter any more. */
  close(file: number): void;
  /** Returns when what a folder lists has reached the disk. */
  syncFolder(path: string): void;
  /** Gives a file or folder another name, in one step. */
  rename(from: string, to: string): void;
  /** Removes a file or a folder with all in it, if it is there. */
  remove(path: string): void;
}

/** Longer arrays than this are written in several calls. */
const longestWrite = 2 ** 28;

/** The file system of this machine. */
export const disk: Disk = {
  makeFolder: (path) => void mkdirSync(path, { recursive: true }),
  list(path) {
    try {
      return readdirSync(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  },
  create: (path) => openSync(path, 'wx'),
  write(file, bytes) {
    for (let from = 0; from < bytes.length;)
      from += writeSync(file, bytes, from, Math.min(longestWrite, bytes.length - from));
  },
  finish(file) {
    fsyncSync(file);
    closeSync(file);
  },
  close: closeSync,
  syncFolder(path) {
    const folder = openSync(path, 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  },
  rename: renameSync,
  remove: (path) => rmSync(path, { recursive: true, force: true }),
};
