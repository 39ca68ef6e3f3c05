import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll } from 'vitest';

/** A folder that lives as long as the test file. */
export interface TemporaryFolder {
  readonly path: string;
  /** Writes a file into it and returns its path. */
  readonly write: (name: string, content: string | Uint8Array) => string;
  /** The same, compressed. */
  readonly writeGzip: (name: string, content: string | Uint8Array) => string;
}

const made: string[] = [];

// Of the whole file, so that folders may be made within tests and outside.
afterAll(() => {
  for (const path of made) rmSync(path, { recursive: true, force: true });
});

/** Makes a {@link TemporaryFolder} that is removed after the last test of the file. */
export function temporaryFolder(): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), 'nograd-test-'));
  made.push(path);
  const write = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(path, name), content);
    return join(path, name);
  };
  return { path, write, writeGzip: (name, content) => write(name, gzipSync(content)) };
}
