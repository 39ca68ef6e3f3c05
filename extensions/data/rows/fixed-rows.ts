import { createReadStream } from 'node:fs';
import { fileError } from '../file.ts';

/** Rows of equal length in a file that is not compressed. */
export interface FixedRows {
  /** Path of the file. */
  readonly path: string;
  /** Where the first row begins. */
  readonly start: number;
  /** Bytes of a row. */
  readonly rowBytes: number;
}

/** Bytes that are read at a time. */
const piece = 1 << 20;

/**
 * Reads the rows `from` to `to`.
 *
 * @param visit - Is given bytes with a row that begins at `at`; returns `false` to end the reading.
 */
export async function readFixedRows(
  { path, start, rowBytes }: FixedRows,
  from: number,
  to: number,
  visit: (bytes: DataView, at: number, row: number) => boolean,
): Promise<void> {
  if (from >= to) return;
  const bounds = { start: start + from * rowBytes, end: start + to * rowBytes - 1 };
  const stream = createReadStream(path, { ...bounds, highWaterMark: piece });
  let rest: Buffer = Buffer.alloc(0);
  let row = from;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      let at = 0;
      for (; at + rowBytes <= bytes.length; at += rowBytes, row++) if (!visit(view, at, row)) return;
      rest = bytes.subarray(at);
    }
  } catch (error) {
    throw fileError(path, error);
  } finally {
    stream.destroy();
  }
}
