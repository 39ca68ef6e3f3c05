import { createReadStream } from 'node:fs';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { pipeline, type Readable } from 'node:stream';
import { promisify } from 'node:util';
import { createGunzip, gunzip } from 'node:zlib';
import { nearest, UserError } from '../../core/errors.ts';

type SystemError = Error & { readonly code?: string };

/** What went wrong with a file, told to its user; errors that already are {@link UserError} stay as they are. */
export function fileError(path: string, error: unknown): Error {
  if (error instanceof UserError) return error;
  const { code = '', message } = error as SystemError;
  if (code.startsWith('Z_')) {
    return new UserError(`${path}: the gzip compression is damaged or cut short (${message}). Get the file again.`);
  }
  return new UserError(`${path}: cannot be read (${code || message}).`);
}

async function missingFile(path: string): Promise<UserError> {
  const folder = dirname(path);
  const neighbours = await readdir(folder).catch(() => undefined);
  if (neighbours === undefined) return new UserError(`There is no folder "${resolve(folder)}" to read "${path}" from.`);
  const near = nearest(basename(path), neighbours);
  const hint = near === undefined ? '' : ` Did you mean "${near}"?`;
  return new UserError(`There is no file "${basename(path)}" in "${resolve(folder)}".${hint}`);
}

/** @throws UserError when the path is missing (with the nearest name in its folder), or is no file. */
export async function mustBeFile(path: string): Promise<void> {
  const found = await stat(path).catch((error: unknown) => error as SystemError);
  if (found instanceof Error) throw found.code === 'ENOENT' ? await missingFile(path) : fileError(path, found);
  if (found.isDirectory()) throw new UserError(`"${path}" is a folder, not a file.`);
}

/** Every gzip file starts with these two bytes; names do not count. */
const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

async function firstBytes(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const bytes = new Uint8Array(2);
    await file.read(bytes, 0, 2, 0);
    return bytes;
  } finally {
    await file.close();
  }
}

/** Whether a file is compressed by gzip, as its first bytes tell. */
export async function isCompressed(path: string): Promise<boolean> {
  await mustBeFile(path);
  return isGzip(await firstBytes(path).catch((error: unknown) => Promise.reject(fileError(path, error))));
}

/** The first bytes of a file that is not compressed, at most so many, and how many it has. */
export async function readHead(path: string, most: number): Promise<{ bytes: Uint8Array; length: number }> {
  const file = await open(path).catch((error: unknown) => Promise.reject(fileError(path, error)));
  try {
    const { size } = await file.stat();
    const bytes = new Uint8Array(Math.min(most, size));
    await file.read(bytes, 0, bytes.length, 0);
    return { bytes, length: size };
  } catch (error) {
    throw fileError(path, error);
  } finally {
    await file.close();
  }
}

/** The whole content of a file, decompressed where it is compressed. */
export async function readBytes(path: string): Promise<Uint8Array> {
  await mustBeFile(path);
  try {
    const bytes = await readFile(path);
    return isGzip(bytes) ? await promisify(gunzip)(bytes) : bytes;
  } catch (error) {
    throw fileError(path, error);
  }
}

/**
 * The content of a file as a stream, decompressed where it is compressed. Errors of the stream are the system's own: pass
 * them through {@link fileError}.
 */
export async function openBytes(path: string): Promise<Readable> {
  const compressed = await isCompressed(path);
  const source = createReadStream(path);
  // A failure of either stream destroys the last one with that error; its reader reports it.
  return compressed ? pipeline(source, createGunzip(), () => undefined) : source;
}
