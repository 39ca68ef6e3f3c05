import {
  asyncBufferFromFile,
  parquetMetadataAsync,
  parquetRead,
  parquetSchema,
  type AsyncBuffer,
  type FileMetaData,
} from 'hyparquet';
import { must, nearest, UserError } from '../../core/errors.ts';
import type { Label } from '../../core/targets.ts';
import type { DataFormat } from './data-format.ts';
import { mustBeFile } from './file.ts';
import { collectRows } from './rows/collect-rows.ts';
import type { OpenRowsOptions, RowFile, RowVisitor } from './rows/row-file.ts';

/** A table of Parquet, with what its footer says. */
interface Table {
  readonly path: string;
  readonly file: AsyncBuffer;
  readonly metadata: FileMetaData;
  /** Names of the columns. */
  readonly names: readonly string[];
  /** Position of the label among them, or -1. */
  readonly labelAt: number;
}

const errorOf = (path: string, error: unknown): Error =>
  error instanceof UserError
    ? error
    : new UserError(`${path}: cannot be read as Parquet (${error instanceof Error ? error.message : String(error)}).`);

function labelColumn(path: string, label: string, names: readonly string[]): number {
  if (label === 'none') return -1;
  if (label === 'first') return 0;
  if (label === 'last') return names.length - 1;
  const at = names.indexOf(label);
  must(at >= 0, () => {
    const near = nearest(label, names);
    const hint = near === undefined ? '' : ` Did you mean "${near}"?`;
    return `${path}: no column is called "${label}".${hint} Columns: ${names.slice(0, 20).join(', ')}.`;
  });
  return at;
}

async function openTable(path: string, label: string): Promise<Table> {
  await mustBeFile(path);
  try {
    const file = await asyncBufferFromFile(path);
    const metadata = await parquetMetadataAsync(file);
    const columns = parquetSchema(metadata).children;
    const names = columns.map(({ element }) => element.name);
    const nested = columns.find(({ children }) => children.length > 0);
    must(
      nested === undefined,
      () => `${path}: column "${nested!.element.name}" is nested, only plain columns are read.`,
    );
    const labelAt = labelColumn(path, label, names);
    must(names.length > (labelAt < 0 ? 0 : 1), () => `${path}: there is one column, expected features and a label.`);
    return { path, file, metadata, names, labelAt };
  } catch (error) {
    throw errorOf(path, error);
  }
}

/** The number that a value stands for: booleans are 0 and 1, missing values are none. */
function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'bigint' || typeof value === 'boolean' ? Number(value) : NaN;
}

function labelOf(value: unknown): Label | undefined {
  if (typeof value === 'string' && value.trim() !== '') return value;
  const number = numberOf(value);
  return Number.isFinite(number) ? number : undefined;
}

/** Gives out rows that were read; returns false where the visitor has ended the reading. */
function visitRows(
  { path, names, labelAt }: Table,
  rows: readonly unknown[][],
  first: number,
  visit: RowVisitor,
): boolean {
  const features = new Float64Array(names.length - (labelAt < 0 ? 0 : 1));
  return rows.every((row, index) => {
    const place = (): string => `${path}, row ${first + index + 1}`;
    const wrong = (column: number): UserError => {
      const value = row[column];
      const found =
        typeof value === 'string'
          ? JSON.stringify(value)
          : value === null || value === undefined
            ? 'no value'
            : typeof value;
      return new UserError(`${place()}, column ${column + 1} ("${names[column]}"): ${found} is not a finite number.`);
    };
    let label: Label | undefined;
    row.forEach((value, column) => {
      if (column === labelAt) {
        label = labelOf(value);
        if (label === undefined) throw wrong(column);
        return;
      }
      const number = numberOf(value);
      if (!Number.isFinite(number)) throw wrong(column);
      features[labelAt >= 0 && column > labelAt ? column - 1 : column] = number;
    });
    return visit(features, label, first + index, place);
  });
}

/** Reads the row groups, or parts of them, that hold these rows. */
async function readRows(table: Table, from: number, to: number, visit: RowVisitor): Promise<void> {
  const { path, file, metadata } = table;
  let start = 0;
  for (const { num_rows: length } of metadata.row_groups) {
    const [rowStart, rowEnd] = [Math.max(from, start), Math.min(to, start + Number(length))];
    start += Number(length);
    if (rowStart >= rowEnd) continue;
    let rows: unknown[][] = [];
    try {
      await parquetRead({ file, metadata, rowStart, rowEnd, onComplete: (found) => (rows = found as unknown[][]) });
    } catch (error) {
      throw errorOf(path, error);
    }
    if (!visitRows(table, rows, rowStart, visit)) return;
  }
}

async function open(path: string, options: OpenRowsOptions): Promise<RowFile> {
  const table = await openTable(path, options.label ?? 'last');
  const rows = Number(table.metadata.num_rows);
  const cols = table.names.length - (table.labelAt < 0 ? 0 : 1);
  return {
    name: path,
    cols,
    shape: [cols],
    labelled: table.labelAt >= 0,
    units: rows,
    estimatedRows: rows,
    read: (from, to, visit) => readRows(table, from, to, visit),
  };
}

/** Tables of Apache Parquet with plain columns, not compressed or by Snappy. Ranks read the row groups of their share. */
export const parquetFormat: DataFormat = {
  name: 'parquet',
  endings: ['.parquet'],
  read: async (path, options) => collectRows(await open(path, options)),
  open,
};
