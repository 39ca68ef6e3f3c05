import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { must } from '../../core/errors.ts';

/** What is known of a file that is published once and for all. */
export interface KnownFile {
  /** Bytes. */
  readonly bytes: number;
  /** MD5 of its content, in hexadecimal digits. */
  readonly md5: string;
}

/**
 * Holds a downloaded file to its size and checksum.
 *
 * @throws UserError where it is another file, or cut short.
 */
export async function mustBeWhole(path: string, { bytes, md5 }: KnownFile): Promise<void> {
  const { size } = await stat(path);
  must(size === bytes, () => `${path}: has ${size} bytes, the published file has ${bytes}: download it again.`);
  const hash = createHash('md5');
  await pipeline(createReadStream(path), hash);
  const found = hash.digest('hex');
  must(found === md5, () => `${path}: its MD5 is ${found}, that of the published file ${md5}: download it again.`);
}
