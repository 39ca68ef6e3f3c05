import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { must, UserError } from '../../core/errors.ts';
import { longestHeader, metadataKey, sizeOf, type Metadata, type Tensor } from './tensor.ts';

/** Wide numbers first, so that every array starts at a multiple of its element; then by name. */
const byWidthAndName = (a: Tensor, b: Tensor): number =>
  b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT || (a.name < b.name ? -1 : 1);

function mustBeStorable(tensors: readonly Tensor[]): void {
  const names = new Set<string>();
  for (const { name, shape, data } of tensors) {
    must(name !== metadataKey, () => `A tensor cannot be called "${metadataKey}".`);
    must(!names.has(name), () => `Two tensors are called "${name}".`);
    must(sizeOf(shape) === data.length, () => {
      return `Tensor "${name}": shape ${shape.join(' x ')} holds ${sizeOf(shape)} numbers, got ${data.length}.`;
    });
    names.add(name);
  }
}

/** Length and text of the header, padded with spaces so that the data starts at a multiple of 8 bytes. */
function headerOf(sorted: readonly Tensor[], metadata: Metadata): Buffer {
  const entries: [string, unknown][] = [];
  if (Object.keys(metadata).length > 0) entries.push([metadataKey, metadata]);
  let end = 0;
  for (const { name, shape, data } of sorted) {
    const begin = end;
    end += data.byteLength;
    const dtype = data instanceof Float32Array ? 'F32' : 'F64';
    entries.push([name, { dtype, shape, data_offsets: [begin, end] }]);
  }
  const text = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const length = 8 * Math.ceil(text.length / 8);
  must(
    length <= longestHeader,
    () => `The metadata is too long: a header of ${length} bytes, at most ${longestHeader}.`,
  );
  const header = Buffer.alloc(8 + length, ' ');
  header.writeBigUInt64LE(BigInt(length), 0);
  text.copy(header, 8);
  return header;
}

async function writeParts(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const file = await open(path, 'wx');
  try {
    for (const part of parts) await file.writeFile(part);
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Writes a file in the safetensors format: little-endian 64-bit header length, header in JSON, then the numbers. The same
 * tensors and metadata give the same bytes.
 *
 * The file appears whole or not at all: it is written beside its place and then renamed, so an older one survives a failure.
 *
 * @param path - Where; a file of that name is replaced.
 * @param tensors - In any order.
 * @param metadata - Texts to store beside them. Default: none.
 * @throws UserError when the file cannot be written, two tensors share a name, or a shape does not fit its numbers.
 */
export async function writeSafetensors(
  path: string,
  tensors: readonly Tensor[],
  metadata: Metadata = {},
): Promise<void> {
  mustBeStorable(tensors);
  const sorted = [...tensors].sort(byWidthAndName);
  const bytes = sorted.map(({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeParts(temporary, [headerOf(sorted, metadata), ...bytes]);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    if (error instanceof UserError) throw error;
    const { code, message } = error as Error & { code?: string };
    throw new UserError(`${path}: cannot be written (${code ?? message}).`);
  }
}
