import { stat } from 'node:fs/promises';
import { UserError } from '../../../core/errors.ts';
import { isCompressed } from '../file.ts';
import { readCsvHead, type CsvHead } from './csv-head.ts';
import { eachLine, isBlank, lineAt, type TextFile } from './lines.ts';
import { RecordParser } from './record-parser.ts';
import type { OpenRowsOptions, RowFile, RowVisitor } from './row-file.ts';

/** How much longer numbers as text are than what gzip makes of them, roughly. */
const gzipRatio = 2.5;

/** A table, with what is needed to read rows of it. */
interface Table extends TextFile {
  readonly head: CsvHead;
  /** Whether every digit counts. */
  readonly exact: boolean;
}

/** Where a line stands, in units of the file: a part begins behind what is `before`, and is over where it is `behind`. */
type Position = number | 'before' | 'behind';

/**
 * Gives the rows of a part to the visitor. Lines are not counted on the way: only a row that turns out to be wrong is read
 * once more when its number is known.
 */
async function visitRows(
  table: Table,
  start: number,
  positionOf: (offset: number) => Position,
  visit: RowVisitor,
): Promise<void> {
  const { columns, delimiter } = table.head;
  const parser = new RecordParser(table.path, columns, delimiter, table.exact);
  const take = (bytes: Uint8Array, from: number, to: number, position: number, line: number): boolean => {
    parser.parse(bytes, from, to, line);
    const label = columns.labelAt < 0 ? undefined : parser.label;
    return visit(parser.features, label, position, () => `${table.path}:${line}`);
  };
  let wrong: { readonly bytes: Uint8Array; readonly offset: number; readonly position: number } | undefined;
  await eachLine(table, start, (bytes, from, to, offset) => {
    const position = positionOf(offset);
    if (typeof position === 'string' || isBlank(bytes, from, to)) return position !== 'behind';
    try {
      return take(bytes, from, to, position, 0);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      wrong = { bytes: bytes.slice(from, to), offset, position };
      return false;
    }
  });
  if (wrong !== undefined) take(wrong.bytes, 0, wrong.bytes.length, wrong.position, await lineAt(table, wrong.offset));
}

const rowFile = ({ path, head }: Table, units: number, estimatedRows: number, read: RowFile['read']): RowFile => ({
  name: path,
  cols: head.columns.features,
  shape: [head.columns.features],
  labelled: head.columns.labelAt >= 0,
  units,
  estimatedRows,
  read,
});

/** Parts are ranges of bytes; a row belongs to the part in which it begins. */
function plainRows(table: Table, size: number): RowFile {
  const { begin, rowBytes } = table.head;
  const units = Math.max(0, size - begin);
  return rowFile(table, units, Math.max(1, Math.round(units / rowBytes)), (from, to, visit) => {
    // From the byte before, so that the end of the line before shows whether a row begins at `from`.
    const start = begin + Math.max(0, from - 1);
    const positionOf = (offset: number): Position =>
      offset < begin + from || (from > 0 && offset === start)
        ? 'before'
        : offset < begin + to
          ? offset - begin
          : 'behind';
    return visitRows(table, start, positionOf, visit);
  });
}

/** Nobody can begin in the middle of a compressed file: parts are ranges of lines, each reached from the start. */
function compressedRows(table: Table, rows: number): RowFile {
  return rowFile(table, rows, rows, (from, to, visit) => {
    let row = -1;
    const positionOf = (offset: number): Position => {
      if (offset < table.head.begin) return 'before';
      row++;
      return row < from ? 'before' : row < to ? row : 'behind';
    };
    return visitRows(table, 0, positionOf, visit);
  });
}

/** Lines behind the header, blank ones included. */
async function countLines({ head, ...file }: Table): Promise<number> {
  let lines = 0;
  await eachLine(file, 0, (_bytes, _from, _to, offset) => {
    if (offset >= head.begin) lines++;
    return true;
  });
  return lines;
}

/** Opens a table of text for reading in parts. The lines of a compressed one are counted, unless an estimate will do. */
export async function openCsvRows(path: string, options: OpenRowsOptions): Promise<RowFile> {
  const compressed = await isCompressed(path);
  const { label = 'last', exact = false, estimate = false } = options;
  const head = await readCsvHead({ path, compressed }, label);
  const { size } = await stat(path);
  const table = { path, compressed, head, exact };
  if (!compressed) return plainRows(table, size);
  return compressedRows(table, estimate ? Math.round((size * gzipRatio) / head.rowBytes) : await countLines(table));
}
