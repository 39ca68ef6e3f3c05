import { pipeline } from 'node:stream/promises';
import { CsvError, parse, type Parser } from 'csv-parse';
import { must, UserError } from '../../core/errors.ts';
import { CsvTable } from './csv-table.ts';
import type { DataFormat } from './data-format.ts';
import { fileError, openBytes } from './file.ts';
import type { RawData, ReadOptions } from './raw-data.ts';
import { openCsvRows } from './rows/csv-rows.ts';

/** From the clearest to the faintest sign: a comma can be a decimal point in a file of semicolons, a space be anything. */
const delimiters = ['\t', ';', '|', ',', ' '];

/** The delimiter of a table whose first line this is; what stands in quotes does not count. */
export function delimiterOf(line: string): string {
  const bare = line.replace(/"[^"]*"/g, '').trim();
  return delimiters.find((delimiter) => bare.includes(delimiter)) ?? ',';
}

/** The first line of a file that is not blank, without reading the rest. */
async function firstLine(path: string): Promise<string> {
  let text = '';
  try {
    for await (const chunk of await openBytes(path)) {
      text += (chunk as Buffer).toString('latin1');
      const line = /\S[^\r\n]*(?=[\r\n])/.exec(text);
      if (line !== null) return line[0];
    }
  } catch (error) {
    throw fileError(path, error);
  }
  must(text.trim() !== '', () => `${path}: the file is empty.`);
  return text;
}

/** A parser that hands every record to the table and keeps none. */
function recordsInto(table: CsvTable, delimiter: string): Parser {
  const parser = parse({
    delimiter,
    bom: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    skip_empty_lines: true,
    trim: delimiter.trim() !== '',
    on_record: (fields: string[], { lines }) => {
      table.add(fields, lines);
      return null;
    },
  });
  return parser.resume();
}

function csvError(path: string, error: unknown): Error {
  if (!(error instanceof CsvError)) return fileError(path, error);
  const { lines } = error as CsvError & { readonly lines?: number };
  return new UserError(`${path}:${lines ?? 1}: ${error.message.replace(/\.?$/, '.')}`);
}

async function read(path: string, options: ReadOptions): Promise<RawData> {
  const table = new CsvTable(path, options.label ?? 'last');
  const parser = recordsInto(table, delimiterOf(await firstLine(path)));
  try {
    await pipeline(await openBytes(path), parser);
  } catch (error) {
    throw csvError(path, error);
  }
  return table.finish();
}

/**
 * Delimited text: comma, semicolon, tab, bar or space, found from the first line, which is a header where none of its
 * features is a number. Fields may stand in double quotes. Read as a stream; blank lines are skipped.
 */
export const csvFormat: DataFormat = {
  name: 'csv',
  endings: ['.csv', '.tsv', '.txt', '.data', '.tra', '.tes'],
  read,
  open: openCsvRows,
};
