import { createHash } from 'node:crypto';
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What tells a file from one with other contents. */
export interface Fingerprint {
  /** Size of the file, or of all files of the folder. */
  readonly bytes: number;
  /** SHA-256 of the contents; of long files, of parts of it. */
  readonly content: string;
  /** When a long file was changed last; `undefined` where the content was read as a whole. */
  readonly changed?: string;
}

/** Files up to this size are read as a whole. */
const whole = 2 ** 24;

/** Of longer files so many parts of this size are read: the first, the last, and others at equal distances. */
const [parts, partBytes] = [64, 2 ** 16];

function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .map((name) => join(path, name))
    .filter((file) => statSync(file).isFile());
}

/**
 * Tells whether a file, or the files of a folder, changed. Long files are not read as a whole, so what was changed inside
 * without a change of size may show in the time alone.
 *
 * @throws What `node:fs` throws.
 */
export function fingerprintOf(path: string): Fingerprint {
  const hash = createHash('sha256');
  let bytes = 0;
  let changed = 0;
  for (const file of filesOf(path)) {
    const { size, mtimeMs } = statSync(file);
    const opened = openSync(file, 'r');
    try {
      const add = (from: number, length: number): void => {
        const buffer = Buffer.alloc(length);
        hash.update(buffer.subarray(0, readSync(opened, buffer, 0, length, from)));
      };
      hash.update(`${size}\n`);
      if (size <= whole) add(0, size);
      else for (let i = 0; i < parts; i++) add(Math.floor(((size - partBytes) * i) / (parts - 1)), partBytes);
    } finally {
      closeSync(opened);
    }
    bytes += size;
    if (size > whole) changed = Math.max(changed, mtimeMs);
  }
  const content = hash.digest('hex').slice(0, 16);
  return { bytes, content, ...(changed > 0 && { changed: new Date(changed).toISOString() }) };
}
