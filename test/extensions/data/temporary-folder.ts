import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { gzipSync } from 'node:zlib';

/** A folder that lives as long as the test file. */
export interface TemporaryFolder {
  readonly path: string;
  /** Writes a file into it and returns its path. */
  write(name: string, content: string | Uint8Array): string;
  /** The same, compressed. */
  writeGzip(name: string, content: string | Uint8Array): string;
}

/** Makes a {@link TemporaryFolder} that is removed after the last test of the file. */
export function temporaryFolder(): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), 'nograd-'));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  const write = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(path, name), content);
    return join(path, name);
  };
  return { path, write, writeGzip: (name, content) => write(name, gzipSync(content)) };
}
