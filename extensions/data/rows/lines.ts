import { createReadStream } from 'node:fs';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { fileError } from '../file.ts';

const [lineFeed, carriageReturn] = [10, 13] as const;

/** Bytes that are read at a time. */
const piece = 1 << 20;

/** A file of text. */
export interface TextFile {
  /** Path of the file. */
  readonly path: string;
  /** Whether it is compressed by gzip. */
  readonly compressed: boolean;
}

/** Is given a line: where its bytes are, and where in the text it begins. Returns `false` to end the reading. */
export type LineVisitor = (bytes: Uint8Array, from: number, to: number, offset: number) => boolean;

/** The text from some byte on; of a compressed file always all of it. */
function open({ path, compressed }: TextFile, start: number): Readable {
  const source = createReadStream(path, { start: compressed ? 0 : start, highWaterMark: piece });
  return compressed ? pipeline(source, createGunzip({ chunkSize: piece }), () => undefined) : source;
}

/**
 * All lines from the byte `start` on, the ends of lines excluded.
 *
 * @param start - 0 for a compressed file: nobody can begin in its middle.
 */
export async function eachLine(file: TextFile, start: number, visit: LineVisitor): Promise<void> {
  let rest: Uint8Array = new Uint8Array(0);
  let offset = start;
  const stream = open(file, start);
  const tell = (bytes: Uint8Array, from: number, end: number): boolean => {
    const to = end > from && bytes[end - 1] === carriageReturn ? end - 1 : end;
    return visit(bytes, from, to, offset + from);
  };
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let from = 0;
      for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, from)) {
        if (!tell(bytes, from, end)) return;
        from = end + 1;
      }
      rest = bytes.subarray(from);
      offset += from;
    }
    if (rest.length > 0) tell(rest, 0, rest.length);
  } catch (error) {
    throw fileError(file.path, error);
  } finally {
    stream.destroy();
  }
}

/** Whether a line holds nothing but blanks. */
export function isBlank(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (bytes[at]! > 32) return false;
  return true;
}

/** Number of the line that begins at a byte, counted from 1. */
export async function lineAt(file: TextFile, offset: number): Promise<number> {
  let line = 1;
  await eachLine(file, 0, (_bytes, _from, _to, begin) => {
    if (begin >= offset) return false;
    line++;
    return true;
  });
  return line;
}
